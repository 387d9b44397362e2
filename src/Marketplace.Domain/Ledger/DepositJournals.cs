using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of money that comes in: USDC on chain, and what the platform grants.</summary>
public static class DepositJournals
{
    /// <summary>A finalized transfer into the treasury; without an owner it waits in suspense.</summary>
    public static Journal Credit(ChainTransfer transfer, AccountId? customer) => new(
        $"deposit:{transfer.Key}",
        "deposit",
        [
            .. Journal.Move(
                Chart.Treasury,
                customer is { } owner ? Chart.Available(owner) : Chart.Suspense,
                transfer.Amount),
        ]);

    /// <summary>The owner of a transfer in suspense was found.</summary>
    public static Journal Match(ChainTransfer transfer, AccountId customer) => new(
        $"match:{transfer.Key}",
        "deposit-matched",
        [.. Journal.Move(Chart.Suspense, Chart.Available(customer), transfer.Amount)]);

    /// <summary>The platform grants money that can be spent and not withdrawn.</summary>
    public static Journal Promo(string id, AccountId customer, Usdc amount) => new(
        $"promo:{id}", "promo", [.. Journal.Move(Chart.PromoCost, Chart.Promo(customer), amount)]);
}
