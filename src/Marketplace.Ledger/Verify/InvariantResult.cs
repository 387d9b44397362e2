namespace Marketplace.Ledger.Verify;

/// <summary>How one invariant stands.</summary>
/// <param name="Id">Its number in the list of invariants, or a word.</param>
/// <param name="Statement">What should be true.</param>
/// <param name="Standing">Whether it is.</param>
/// <param name="Findings">What breaks it, or why it was not checked; at most <see cref="FindingsMax"/>.</param>
public sealed record InvariantResult(string Id, string Statement, Standing Standing, IReadOnlyList<string> Findings)
{
    /// <summary>Findings told of one invariant; there may be more.</summary>
    public const int FindingsMax = 20;

    /// <summary>No finding is good news.</summary>
    public static InvariantResult From(string id, string statement, IReadOnlyCollection<string> findings) => new(
        id,
        statement,
        findings.Count == 0 ? Standing.Holds : Standing.Broken,
        [.. findings.Take(FindingsMax)]);
}
