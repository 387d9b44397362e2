using System.Net;
using Marketplace.Agent.Protocol;
using MessagePack;
using Microsoft.AspNetCore.SignalR.Client;

namespace Marketplace.Agent.Market;

/// <summary>
/// What an agent says to the market: over the socket where there is one and the message fits, else over HTTPS. Each
/// call is made once; whoever owns the attempt repeats it.
/// </summary>
internal sealed class MarketLink(MarketHttp http, SessionKeeper sessions, HubLink hub, AgentOptions options)
{
    // Room for the hub's own envelope.
    private const int HubBodyBytesMax = AgentRoutes.HubMessageBytesMax - 1024;

    /// <summary>The next work, or null when there is none.</summary>
    public Task<WorkOrderMessage?> Lease(CancellationToken cancel) => hub.Current is { } connection
        ? OverHub(token => connection.InvokeAsync<WorkOrderMessage?>(HubMethods.Lease, token), cancel)
        : Signed(token => http.Post<WorkOrderMessage>(AgentRoutes.Lease, null, token, cancel), cancel);

    /// <summary>Answers which of the running attempts to give up.</summary>
    public async Task<string[]> Heartbeat(HeartbeatMessage message, CancellationToken cancel) =>
        hub.Current is { } connection
        ? await OverHub(token => connection.InvokeAsync<string[]>(HubMethods.Heartbeat, message, token), cancel)
        : await Signed(token => http.Post<string[]>(AgentRoutes.Heartbeat, message, token, cancel), cancel) ?? [];

    /// <summary>Tells which models are at hand; answers all that should be kept.</summary>
    public async Task<KeepModelMessage[]> Models(ModelsMessage message, CancellationToken cancel) =>
        hub.Current is { } connection
        ? await OverHub(token => connection.InvokeAsync<KeepModelMessage[]>(HubMethods.Models, message, token), cancel)
        : await Signed(token => http.Post<KeepModelMessage[]>(AgentRoutes.Models, message, token, cancel), cancel)
            ?? [];

    public async Task<(DeliverReply Reply, int? ResendFrom)> StreamTokens(
        TokensMessage message, CancellationToken cancel)
    {
        var answer = hub.Current is { } connection && Fits(message)
            ? await OverHub(
                token => connection.InvokeAsync<ReplyResponse>(HubMethods.StreamTokens, message, token), cancel)
            : await Signed(token => http.Post<ReplyResponse>(AgentRoutes.Tokens, message, token, cancel), cancel);

        return (Known(answer, AgentRoutes.Tokens), answer!.ResendFrom);
    }

    public Task<DeliverReply> DeliverText(TextDoneMessage message, CancellationToken cancel) =>
        Deliver(HubMethods.DeliverText, AgentRoutes.Text, message, cancel);

    public Task<DeliverReply> DeliverEmbedding(EmbeddingDoneMessage message, CancellationToken cancel) =>
        Deliver(HubMethods.DeliverEmbedding, AgentRoutes.Embedding, message, cancel);

    public Task<DeliverReply> DeliverAudit(AuditDoneMessage message, CancellationToken cancel) =>
        Deliver(HubMethods.DeliverAudit, AgentRoutes.Audit, message, cancel);

    public Task<DeliverReply> DeliverUnit(UnitDoneMessage message, CancellationToken cancel) =>
        Deliver(HubMethods.DeliverUnit, AgentRoutes.Unit, message, cancel);

    public Task<DeliverReply> Fail(FailedMessage message, CancellationToken cancel) =>
        Deliver(HubMethods.Fail, AgentRoutes.Fail, message, cancel);

    /// <summary>Stores bytes under their hash; harmless when they are there already.</summary>
    public Task PutBlob(string sha256, ReadOnlyMemory<byte> bytes, CancellationToken cancel) => Signed(
        async token =>
        {
            await http.PutBlob($"{AgentRoutes.Blobs}/{sha256}", bytes, token, cancel);
            return true;
        },
        cancel);

    /// <summary>A blob from an offset on, for one of the works that the rig is at.</summary>
    public Task<HttpResponseMessage> GetBlob(
        string sha256, long offset, IEnumerable<string> works, CancellationToken cancel)
    {
        var named = works.Distinct(StringComparer.Ordinal).Take(AgentRoutes.WorksNamedMax)
            .Select(work => $"{AgentRoutes.WorkQuery}={Uri.EscapeDataString(work)}");
        var route = $"{AgentRoutes.Blobs}/{sha256}?{string.Join('&', named)}";

        return Signed(token => http.GetBlob(route, offset, token, cancel), cancel);
    }

    private async Task<DeliverReply> Deliver<TMessage>(
        string method, string route, TMessage message, CancellationToken cancel)
    {
        if (hub.Current is { } connection && Fits(message))
        {
            return await OverHub(token => connection.InvokeAsync<DeliverReply>(method, message, token), cancel);
        }

        var answer = await Signed(token => http.Post<ReplyResponse>(route, message, token, cancel), cancel);

        return Known(answer, route);
    }

    private static DeliverReply Known(ReplyResponse? answer, string route) => answer?.ToReply()
        ?? throw new HttpRequestException($"{route}: the market's answer '{answer?.Reply}' is unknown.");

    private static bool Fits<TMessage>(TMessage message) =>
        message is not (TextDoneMessage or TokensMessage or AuditDoneMessage)
            || MessagePackSerializer.Serialize(message).Length <= HubBodyBytesMax;

    /// <summary>
    /// The hub answers within the timeout or the call failed: a half-dead socket must not hold finished work.
    /// </summary>
    private async Task<T> OverHub<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(options.CallTimeout);

        try
        {
            return await call(timeout.Token);
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            // Also what SignalR throws for calls in flight when their connection ends.
            throw new HttpRequestException("The socket gave no answer.", fault);
        }
    }

    private async Task<T> Signed<T>(Func<string, Task<T>> call, CancellationToken cancel)
    {
        var session = await sessions.Current(cancel);

        try
        {
            return await call(session.Token);
        }
        catch (MarketRefusal refusal) when (refusal.Status == HttpStatusCode.Unauthorized)
        {
            sessions.Forget(session);
            session = await sessions.Current(cancel);

            return await call(session.Token);
        }
    }
}
