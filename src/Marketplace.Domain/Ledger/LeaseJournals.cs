using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of one piece of work: fund, charge, close. <c>work</c> is the id of a job or render.</summary>
public static class LeaseJournals
{
    /// <summary>Sets money aside; promo is spent first.</summary>
    public static Journal Fund(string work, int n, AccountId customer, Usdc promo, Usdc available) => new(
        $"fund:{work}:{n}",
        "fund",
        [
            .. Journal.Move(Chart.Promo(customer), Chart.Escrow(work), promo),
            .. Journal.Move(Chart.Available(customer), Chart.Escrow(work), available),
        ]);

    /// <summary>Takes what was used: the platform's fee is floored, the provider gets the exact rest.</summary>
    public static Journal Charge(string work, ProviderId provider, Usdc charge, int feeBasisPoints) =>
        Charge(work, $"charge:{work}", provider, charge, feeBasisPoints);

    /// <summary>The same for work that several providers share: one charge for each of them.</summary>
    public static Journal ChargeShare(string work, ProviderId provider, Usdc charge, int feeBasisPoints) =>
        Charge(work, $"charge:{work}:{provider}", provider, charge, feeBasisPoints);

    /// <summary>Gives back what is left; what came from promo and was not spent goes back to promo.</summary>
    public static Journal Close(string work, AccountId customer, Usdc promo, Usdc available) => new(
        $"close:{work}",
        "close",
        [
            .. Journal.Move(Chart.Escrow(work), Chart.Promo(customer), promo),
            .. Journal.Move(Chart.Escrow(work), Chart.Available(customer), available),
        ]);

    /// <summary>Moves what has passed its holdback from accrued to payable.</summary>
    public static Journal Holdback(ProviderId provider, string cursor, Usdc amount) => new(
        $"holdback:{provider}:{cursor}",
        "holdback",
        [.. Journal.Move(Chart.Accrued(provider), Chart.Payable(provider), amount)]);

    private static Journal Charge(string work, string key, ProviderId provider, Usdc charge, int feeBasisPoints)
    {
        var fee = charge.BasisPoints(feeBasisPoints);

        return new(
            key,
            "charge",
            [
                .. Journal.Move(Chart.Escrow(work), Chart.Accrued(provider), charge - fee),
                .. Journal.Move(Chart.Escrow(work), Chart.Fee(FeeShard(work)), fee),
            ]);
    }

    private static int FeeShard(string work) => work[^1] % Chart.FeeShards;
}
