namespace Marketplace.Ledger.Verify;

/// <summary>What an audit of the books found.</summary>
/// <param name="At">When the books were read; they were read in one state.</param>
/// <param name="Invariants">Every invariant with its standing.</param>
/// <param name="Journals">How many journals there were.</param>
/// <param name="Accounts">How many accounts.</param>
public sealed record BooksReport(
    DateTimeOffset At, IReadOnlyList<InvariantResult> Invariants, long Journals, long Accounts)
{
    /// <summary>How long each part took, the longest first.</summary>
    public IReadOnlyList<AuditTiming> Timings { get; init; } = [];

    /// <summary>True when nothing is broken; what could not be checked does not count.</summary>
    public bool Holds => Invariants.All(invariant => invariant.Standing != Standing.Broken);

    /// <summary>True when no outside source failed to answer.</summary>
    public bool IsReachable => Invariants.All(invariant => invariant.Standing != Standing.Unreachable);

    /// <summary>True when every invariant was checked that was not left out on request.</summary>
    public bool IsComplete => Invariants.All(
        invariant => invariant.Standing is not (Standing.NotChecked or Standing.Unreachable));

    /// <summary>What is broken, in one line; empty when nothing is.</summary>
    public string Breaks() => string.Join("; ", Invariants
        .Where(invariant => invariant.Standing == Standing.Broken)
        .Select(invariant => $"invariant {invariant.Id}: {invariant.Findings[0]}"));
}
