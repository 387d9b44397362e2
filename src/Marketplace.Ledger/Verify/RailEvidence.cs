using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Verify;

/// <summary>What one chain says of the treasury and of the deposit addresses on it.</summary>
/// <param name="Rail">The rail.</param>
/// <param name="Chain">Its genesis hash.</param>
/// <param name="TokenAccount">The treasury's token account.</param>
/// <param name="Slot">The finalized slot up to which <paramref name="Moves"/> are told.</param>
/// <param name="Balance">The treasury's balance at that slot: the sum of the moves.</param>
/// <param name="Moves">Every finalized change of it, oldest first.</param>
public sealed record RailEvidence(
    RailName Rail, string Chain, string TokenAccount, long Slot, Usdc Balance, IReadOnlyList<ChainMove> Moves)
{
    /// <summary>Standing deposit addresses that were opened before the reading.</summary>
    public IReadOnlyList<AddressEvidence> Addresses { get; init; } = [];

    /// <summary>Lookup tables that were in use when it was read.</summary>
    public IReadOnlyList<TableEvidence> Tables { get; init; } = [];
}
