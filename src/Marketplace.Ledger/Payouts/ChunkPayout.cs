using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Payouts;

/// <summary>One transfer of a chunk.</summary>
/// <param name="Payout">The payout.</param>
/// <param name="Provider">Whose <c>payable</c> account pays.</param>
/// <param name="Wallet">Base58 address of the recipient.</param>
/// <param name="Amount">What arrives at the wallet.</param>
/// <param name="Fee">What the platform takes beside it; zero for a standard payout.</param>
public sealed record ChunkPayout(PayoutId Payout, ProviderId Provider, string Wallet, Usdc Amount, Usdc Fee)
{
    /// <summary>The rail that it is paid on, and no other.</summary>
    public RailName Rail { get; init; }
}
