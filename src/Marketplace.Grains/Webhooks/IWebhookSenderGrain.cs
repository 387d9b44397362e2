using Orleans.Concurrency;

namespace Marketplace.Grains.Webhooks;

/// <summary>Sends what is due to one webhook, in one place of the whole cluster; key <c>whk_…</c>.</summary>
[GrainInterfaceType("webhook-sender"), Alias("IWebhookSenderGrain")]
internal interface IWebhookSenderGrain : IGrainWithStringKey
{
    /// <summary>Sends what is due, some of it; while that goes on, asking again is harmless.</summary>
    [AlwaysInterleave]
    [Alias("Work")]
    Task Work(CancellationToken cancel = default);
}
