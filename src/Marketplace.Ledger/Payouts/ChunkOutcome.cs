namespace Marketplace.Ledger.Payouts;

/// <summary>What became of a step of a chunk.</summary>
public abstract record ChunkOutcome
{
    private ChunkOutcome()
    {
    }

    /// <summary>The step stands, now or since an earlier try.</summary>
    public sealed record Done(Chunk Chunk) : ChunkOutcome;

    /// <summary>The chunk is not in a state from which this step may be taken; nothing was written.</summary>
    public sealed record NotNow(Chunk Chunk, string Why) : ChunkOutcome;

    /// <summary>The books refused the postings; nothing was written.</summary>
    public sealed record Refused(PostOutcome Why) : ChunkOutcome;

    /// <summary>The lease ran out or another worker took the lane; nothing was written.</summary>
    public sealed record LeaseLost : ChunkOutcome;

    /// <summary>There is no such chunk on this lane.</summary>
    public sealed record Unknown : ChunkOutcome;
}
