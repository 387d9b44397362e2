using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>What one transaction of the books does.</summary>
public sealed record Entry
{
    public IReadOnlyList<Journal> Journals { get; init; } = [];

    /// <summary>Reserved for later: counts against the floor of its account until posted or voided.</summary>
    public IReadOnlyList<NewHold> Holds { get; init; } = [];

    /// <summary>Holds that this entry uses up: each must be open, and each ends once only.</summary>
    public IReadOnlyList<string> PostHolds { get; init; } = [];

    /// <summary>Holds that are given back.</summary>
    public IReadOnlyList<string> VoidHolds { get; init; } = [];

    /// <summary>Rows of the register to write, in the same transaction.</summary>
    public IReadOnlyList<RegisterRow> Register { get; init; } = [];

    public static Entry Of(params IReadOnlyList<Journal> journals) => new() { Journals = journals };
}
