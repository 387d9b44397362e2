using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>A lookup table of the treasury, written down before anything of it was signed.</summary>
/// <param name="Address">Where it is on the chain.</param>
/// <param name="Rail">The rail of its chain.</param>
/// <param name="Chain">What names the chain.</param>
/// <param name="Authority">Who may change it: the treasury.</param>
/// <param name="Slot">What its address was derived from.</param>
/// <param name="Places">Every address that is in it or planned to be, in order.</param>
public sealed record StoredLookup(
    string Address, RailName Rail, string Chain, string Authority, long Slot, IReadOnlyList<LookupPlace> Places)
{
    public LookupState State { get; init; }

    /// <summary>How many addresses, from the first on, the chain is final about.</summary>
    public int Known { get; init; }

    /// <summary>Why it was retired.</summary>
    public string? Note { get; init; }
}
