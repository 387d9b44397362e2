using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Payouts;

/// <summary>One transfer of a chunk.</summary>
/// <param name="Payout">The payout, or the refund.</param>
/// <param name="Provider">Whose <c>payable</c> account pays; nobody's when it is a refund.</param>
/// <param name="Wallet">Base58 address of the recipient.</param>
/// <param name="Amount">What arrives at the wallet.</param>
/// <param name="Fee">What the platform takes beside it; zero for a standard payout and for refunds.</param>
public sealed record ChunkPayout(PayoutId Payout, ProviderId Provider, string Wallet, Usdc Amount, Usdc Fee)
{
    /// <summary>The rail that it is paid on, and no other.</summary>
    public RailName Rail { get; init; }

    public PayoutPurpose Purpose { get; init; }

    /// <summary>The customer whose balance pays a refund; null for everything else.</summary>
    public AccountId? Account { get; init; }

    /// <summary>A refund of a customer's balance, or without a customer of a deposit in suspense.</summary>
    public static ChunkPayout Refund(PayoutId refund, AccountId? customer, string wallet, Usdc amount, RailName rail) =>
        new(refund, default, wallet, amount, Usdc.Zero)
        {
            Rail = rail,
            Purpose = customer is null ? PayoutPurpose.Suspense : PayoutPurpose.Balance,
            Account = customer,
        };
}
