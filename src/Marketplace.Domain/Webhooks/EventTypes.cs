namespace Marketplace.Domain.Webhooks;

/// <summary>
/// The words for what an account can be told of: what it is about, then what became of it. They are public and never
/// change; new ones may come.
/// </summary>
public static class EventTypes
{
    public const string JobSucceeded = "job.succeeded";
    public const string JobFailed = "job.failed";
    public const string JobCancelled = "job.cancelled";
    public const string JobExpired = "job.expired";

    public const string RenderSucceeded = "render.succeeded";
    public const string RenderFailed = "render.failed";
    public const string RenderCancelled = "render.cancelled";
    public const string RenderExpired = "render.expired";
    public const string FrameFinished = "render.frame_finished";

    public const string BatchCompleted = "batch.completed";
    public const string BatchFailed = "batch.failed";
    public const string BatchCancelled = "batch.cancelled";
    public const string BatchExpired = "batch.expired";

    public const string DepositReceived = "deposit.received";
    public const string TopUpPaid = "top_up.paid";
    public const string TopUpFailed = "top_up.failed";
    public const string TopUpExpired = "top_up.expired";

    public const string PayoutPosted = "payout.posted";
    public const string PayoutFrozen = "payout.frozen";
    public const string PayoutRefused = "payout.refused";

    public const string DeviceSetAside = "device.set_aside";
    public const string DeviceAuditFailed = "device.audit_failed";

    /// <summary>Only when a webhook is tested; nobody subscribes to it.</summary>
    public const string Test = "webhook.test";

    /// <summary>What a renter can be told of.</summary>
    public static IReadOnlyList<string> OfRenters { get; } =
    [
        JobSucceeded, JobFailed, JobCancelled, JobExpired,
        RenderSucceeded, RenderFailed, RenderCancelled, RenderExpired, FrameFinished,
        BatchCompleted, BatchFailed, BatchCancelled, BatchExpired,
        DepositReceived, TopUpPaid, TopUpFailed, TopUpExpired,
    ];

    /// <summary>What a provider can be told of.</summary>
    public static IReadOnlyList<string> OfProviders { get; } =
        [PayoutPosted, PayoutFrozen, PayoutRefused, DeviceSetAside, DeviceAuditFailed];

    /// <summary>Everything that can be subscribed to.</summary>
    public static IReadOnlyList<string> All { get; } = [.. OfRenters, .. OfProviders];

    public static bool IsOfProviders(string type) => OfProviders.Contains(type, StringComparer.Ordinal);
}
