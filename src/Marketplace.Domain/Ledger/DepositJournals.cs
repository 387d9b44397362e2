using Marketplace.Domain.Accounts;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of USDC on chain between customers and the platform.</summary>
public static class DepositJournals
{
    /// <summary>A finalized transfer into the treasury; without an owner it waits in suspense.</summary>
    public static Journal Credit(ChainTransfer transfer, AccountId? customer) =>
        Credit(transfer, customer, Chart.TreasuryOf(transfer.Rail));

    /// <summary>
    /// The same into a deposit address, which is swept later: see <see cref="TreasuryJournals.Sweep"/>.
    /// </summary>
    public static Journal CreditUnswept(ChainTransfer transfer, AccountId? customer) =>
        Credit(transfer, customer, Chart.Deposits);

    /// <summary>The owner of a transfer in suspense was found.</summary>
    public static Journal Match(ChainTransfer transfer, AccountId customer) => new(
        $"match:{transfer.Key}", "deposit-matched", [.. Journal.Debit(Chart.Suspense, transfer.Amount)])
    {
        Waterfalls = Waterfall.ToCustomer(customer, transfer.Amount),
    };

    /// <summary>
    /// A deposit goes back to the customer on chain: at most the customer's net deposits, to an address the customer
    /// names. It uses up the holds on balance and treasury.
    /// </summary>
    /// <param name="refund">Our id of the refund.</param>
    /// <param name="customer">Whose balance it takes.</param>
    /// <param name="amount">What was sent.</param>
    /// <param name="rail">Where it was sent.</param>
    public static Journal Refund(string refund, AccountId customer, Usdc amount, RailName rail = default) => new(
        $"usdcrefund:{refund}:post",
        "usdc-refund",
        [.. Journal.Move(Chart.Available(customer), Chart.TreasuryOf(rail), amount)]);

    /// <summary>
    /// A deposit whose owner was never found goes back on chain, to an address that its sender names. It uses up the
    /// holds on suspense and treasury.
    /// </summary>
    /// <param name="refund">Our id of the refund.</param>
    /// <param name="amount">What was sent.</param>
    /// <param name="rail">Where it was sent.</param>
    public static Journal RefundUnmatched(string refund, Usdc amount, RailName rail = default) => new(
        $"suspenserefund:{refund}:post",
        "suspense-refund",
        [.. Journal.Move(Chart.Suspense, Chart.TreasuryOf(rail), amount)]);

    private static Journal Credit(ChainTransfer transfer, AccountId? customer, LedgerAccount wallet) =>
        customer is { } owner
            ? new($"deposit:{transfer.Key}", "deposit", [.. Journal.Debit(wallet, transfer.Amount)])
            {
                Waterfalls = Waterfall.ToCustomer(owner, transfer.Amount),
            }
            : new(
                $"deposit:{transfer.Key}",
                "deposit",
                [.. Journal.Move(wallet, Chart.Suspense, transfer.Amount)]);
}
