namespace Marketplace.CrashMatrix;

/// <summary>What one cell showed.</summary>
public sealed record CellResult(Cell Cell)
{
    /// <summary>Whether the host died at the point.</summary>
    public bool IsReached { get; init; }

    /// <summary>What did not hold at the end; empty when all is well.</summary>
    public IReadOnlyList<string> Violations { get; init; } = [];

    /// <summary>From the first death to the moment when requests are taken again for good.</summary>
    public TimeSpan Ready { get; init; }

    /// <summary>From the death to the moment when the story was over and everything had settled.</summary>
    public TimeSpan Settled { get; init; }

    /// <summary>The whole cell.</summary>
    public TimeSpan Took { get; init; }

    public bool IsGood => IsReached && Violations.Count == 0;
}
