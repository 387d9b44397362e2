using Marketplace.Agent.Protocol;
using Microsoft.AspNetCore.SignalR;

namespace Marketplace.Agent.Tests.Market;

/// <summary>The hub of the fake market.</summary>
internal sealed class FakeHub(FakeMarket market) : Hub
{
    public override Task OnConnectedAsync()
    {
        market.Opened(Context);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        market.Closed(Context);
        return Task.CompletedTask;
    }

    public string[] Heartbeat(HeartbeatMessage message) => market.Came(HubMethods.Heartbeat, market.Heard(message));

    public KeepModelMessage[] Models(ModelsMessage message) => market.Heard(message);

    public WorkOrderMessage? Lease() => market.Came(HubMethods.Lease, market.Take());

    public ReplyResponse StreamTokens(TokensMessage message) =>
        market.Came(HubMethods.StreamTokens, ReplyResponse.From(market.Heard(message), market.ResendFrom(message)));

    public DeliverReply DeliverText(TextDoneMessage message) =>
        Took(HubMethods.DeliverText, () => market.Texts.Writer.TryWrite(message));

    public DeliverReply DeliverEmbedding(EmbeddingDoneMessage message) =>
        Took(HubMethods.DeliverEmbedding, () => market.Embeddings.Writer.TryWrite(message));

    public DeliverReply DeliverAudit(AuditDoneMessage message) =>
        Took(HubMethods.DeliverAudit, () => market.Audits.Writer.TryWrite(message));

    public DeliverReply DeliverUnit(UnitDoneMessage message)
    {
        Took(HubMethods.DeliverUnit, () => market.Units.Writer.TryWrite(message));
        return market.OnUnit(message);
    }

    public DeliverReply Fail(FailedMessage message) =>
        Took(HubMethods.Fail, () => market.Failures.Writer.TryWrite(message));

    private DeliverReply Took(string way, Func<bool> take)
    {
        market.Came(way, way);
        take();

        return DeliverReply.Accepted;
    }
}
