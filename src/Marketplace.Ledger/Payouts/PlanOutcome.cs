using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>What became of a plan.</summary>
public abstract record PlanOutcome
{
    private PlanOutcome()
    {
    }

    /// <summary>Written now, or the same plan was there already.</summary>
    public sealed record Planned(Chunk Chunk) : PlanOutcome;

    /// <summary>The payout is in a live or finalized chunk; nothing was written.</summary>
    public sealed record PayoutTaken(PayoutId Payout, ChunkId Chunk) : PlanOutcome;

    /// <summary>The lane has a live chunk; nothing was written.</summary>
    public sealed record LaneBusy(ChunkId Chunk) : PlanOutcome;

    /// <summary>The payout is for another rail than the lane's; nothing was written.</summary>
    public sealed record OtherRail(PayoutId Payout) : PlanOutcome;

    /// <summary>The books refused a hold; nothing was written.</summary>
    public sealed record Refused(PostOutcome Why) : PlanOutcome;

    /// <summary>The lease ran out or another worker took the lane; nothing was written.</summary>
    public sealed record LeaseLost : PlanOutcome;
}
