using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of what the platform gives away.</summary>
public static class PromoJournals
{
    /// <summary>Grants money that can be spent and not withdrawn.</summary>
    /// <param name="id">Names the grant.</param>
    /// <param name="customer">Who gets it.</param>
    /// <param name="amount">How much.</param>
    public static Journal Grant(string id, AccountId customer, Usdc amount) => new(
        $"promo:{id}", "promo", [.. Journal.Move(Chart.PromoCost, Chart.Promo(customer), amount)]);
}
