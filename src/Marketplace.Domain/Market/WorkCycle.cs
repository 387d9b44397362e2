namespace Marketplace.Domain.Market;

/// <summary>queued → matched → running → verifying → succeeded | failed | cancelled | expired.</summary>
public static class WorkCycle
{
    public static bool IsTerminal(WorkState state) => state >= WorkState.Succeeded;

    public static bool IsBillable(WorkState state) => state == WorkState.Running;

    /// <summary>
    /// Whether one state may follow another. Back to <see cref="WorkState.Queued"/> means that an attempt was lost.
    /// </summary>
    public static bool MayFollow(WorkState from, WorkState next) => (from, next) switch
    {
        _ when IsTerminal(from) => false,
        (WorkState.Queued, WorkState.Matched or WorkState.Cancelled or WorkState.Expired or WorkState.Failed) => true,
        (WorkState.Matched, not (WorkState.Succeeded or WorkState.Verifying or WorkState.Matched)) => true,
        (WorkState.Running, not (WorkState.Succeeded or WorkState.Matched or WorkState.Running)) => true,
        (WorkState.Verifying, WorkState.Succeeded or WorkState.Failed or WorkState.Queued) => true,
        _ => false,
    };
}
