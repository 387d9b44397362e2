namespace Marketplace.Domain.Verification;

/// <summary>How the units of a render were checked, in numbers.</summary>
/// <param name="Committed">
/// Used units whose device had bound itself to their leaves: all of them could have been checked.
/// </param>
/// <param name="Passed">Used units that were checked and stand.</param>
/// <param name="Failed">Units that were checked and did not stand: thrown away, unpaid, made again by others.</param>
/// <param name="Doubted">Units that neither stood nor fell: thrown away, unpaid, and nobody blamed.</param>
[GenerateSerializer, Immutable, Alias("UnitAudits")]
public sealed record UnitAudits(
    [property: Id(0)] int Committed,
    [property: Id(1)] int Passed,
    [property: Id(2)] int Failed,
    [property: Id(3)] int Doubted)
{
    /// <summary>None.</summary>
    public static readonly UnitAudits None = new(0, 0, 0, 0);

    /// <summary>Those of both together.</summary>
    public UnitAudits Plus(UnitAudits other) => new(
        Committed + other.Committed, Passed + other.Passed, Failed + other.Failed, Doubted + other.Doubted);

    /// <summary>With one more unit that is used.</summary>
    public UnitAudits With(UnitAudit? used) => used is null
        ? this
        : this with { Committed = Committed + 1, Passed = Passed + (used.HasPassed ? 1 : 0) };

    /// <summary>With one unit less that was used.</summary>
    public UnitAudits Without(UnitAudit? used) => used is null
        ? this
        : this with { Committed = Committed - 1, Passed = Passed - (used.HasPassed ? 1 : 0) };

    /// <summary>Itself, or null where there is nothing to tell.</summary>
    public UnitAudits? OrNothing() => this == None ? null : this;
}
