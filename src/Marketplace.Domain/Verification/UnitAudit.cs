namespace Marketplace.Domain.Verification;

/// <summary>What is known of the verification of a render unit that is used, or waits to be.</summary>
/// <param name="Draw">Whether it is checked.</param>
/// <param name="Verdict">What the check found; null before it, and where there is none.</param>
/// <param name="Skipped">Why a unit that was drawn is used without a verdict, or null.</param>
[GenerateSerializer, Immutable, Alias("UnitAudit")]
public sealed record UnitAudit(
    [property: Id(0)] AuditDraw Draw,
    [property: Id(1)] UnitVerdict? Verdict = null,
    [property: Id(2)] string? Skipped = null)
{
    /// <summary>Whether its check is still to come: neither used nor paid for until then.</summary>
    public bool IsPending => Draw.IsDrawn && Verdict is null && Skipped is null;

    /// <summary>Whether it was checked and stands.</summary>
    public bool HasPassed => Verdict is { Leaf: LeafVerdict.Accepted };
}
