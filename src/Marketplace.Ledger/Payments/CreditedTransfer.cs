using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payments;

/// <summary>A transfer into the treasury that is in the books.</summary>
/// <param name="Transfer">What the chain says.</param>
/// <param name="Deposit">The deposit it belongs to, or null.</param>
/// <param name="Account">Whose money it is; null while it waits in suspense.</param>
/// <param name="At">When it was written.</param>
public sealed record CreditedTransfer(
    ChainTransfer Transfer, DepositId? Deposit, AccountId? Account, DateTimeOffset At)
{
    /// <summary>The refund that sends it back, or null.</summary>
    public PayoutId? Refund { get; init; }
}
