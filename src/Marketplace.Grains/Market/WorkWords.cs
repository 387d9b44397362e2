using Marketplace.Domain.Market;

namespace Marketplace.Grains.Market;

/// <summary>The states of work as the register writes them.</summary>
internal static class WorkWords
{
    public const string Queued = "queued";

    /// <summary>States in which money is set aside.</summary>
    public static readonly IReadOnlyList<string> Open =
        [Queued, Of(WorkState.Matched), Of(WorkState.Running), Of(WorkState.Verifying)];

    public static string Of(WorkState state) => state switch
    {
        WorkState.Queued => Queued,
        WorkState.Matched => "matched",
        WorkState.Running => "running",
        WorkState.Verifying => "verifying",
        WorkState.Succeeded => "succeeded",
        WorkState.Failed => "failed",
        WorkState.Cancelled => "cancelled",
        _ => "expired",
    };
}
