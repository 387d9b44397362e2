using Marketplace.Agent.Protocol;
using Marketplace.Domain.Devices;
using Microsoft.AspNetCore.SignalR;

namespace Marketplace.Api.AgentGateway;

/// <summary>The agents' socket. Method names are those of <see cref="HubMethods"/>.</summary>
internal sealed class AgentHub(AgentDesk desk, RigSockets sockets) : Hub
{
    private DeviceId Device => AgentAuthentication.DeviceOf(Context.User!);

    public Task<string[]> Heartbeat(HeartbeatMessage message) => desk.Heartbeat(Device, message);

    public Task<KeepModelMessage[]> Models(ModelsMessage message) => desk.Models(Device, message);

    public Task<WorkOrderMessage?> Lease() => desk.Lease(Device);

    public async Task<DeliverReply> SendTokens(TokensMessage message) =>
        (await desk.StreamTokens(Device, message)).ToReply()!.Value;

    public Task<ReplyResponse> StreamTokens(TokensMessage message) => desk.StreamTokens(Device, message);

    public Task<DeliverReply> DeliverText(TextDoneMessage message) => desk.DeliverText(Device, message);

    public Task<DeliverReply> DeliverEmbedding(EmbeddingDoneMessage message) =>
        desk.DeliverEmbedding(Device, message);

    public Task<DeliverReply> DeliverAudit(AuditDoneMessage message) => desk.DeliverAudit(Device, message);

    public Task<DeliverReply> DeliverUnit(UnitDoneMessage message) => desk.DeliverUnit(Device, message);

    public Task<DeliverReply> Fail(FailedMessage message) => desk.Fail(Device, message);

    public override async Task OnConnectedAsync()
    {
        if (!await sockets.Opened(Device, Context.ConnectionId))
        {
            Context.Abort();
            return;
        }

        await base.OnConnectedAsync();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await sockets.Closed(Device, Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }
}
