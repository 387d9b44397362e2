using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>The platform's terms for payouts.</summary>
/// <param name="Minimum">The smallest payout.</param>
/// <param name="PerDay">How many in 24 hours.</param>
/// <param name="WalletChangeLock">How long a new wallet has to wait: time to notice a thief.</param>
public sealed record PayoutTerms(Usdc Minimum, int PerDay, TimeSpan WalletChangeLock)
{
    /// <summary>From which amount on the travel rule holds; never, where it is not told.</summary>
    public Usdc? TravelRuleFrom { get; init; }
}
