using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>A deposit that a customer announced.</summary>
/// <param name="Id">The deposit.</param>
/// <param name="Account">Whose money it will be.</param>
/// <param name="Reference">Base58 key that the transfer carries; unique for ever.</param>
/// <param name="Amount">What was announced; null leaves it to the payer.</param>
public sealed record ExpectedDeposit(DepositId Id, AccountId Account, string Reference, Usdc? Amount)
{
    /// <summary>When it was announced; set when read.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
