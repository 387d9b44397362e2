using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// The journals of one piece of work: fund, charge or meter, close. <c>work</c> is the id of a job, render or lease.
/// </summary>
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
        Charge(work, $"charge:{work}", provider, charge, charge.BasisPoints(feeBasisPoints), Usdc.Zero);

    /// <summary>The same for work that several providers share: one charge for each of them.</summary>
    public static Journal ChargeShare(string work, ProviderId provider, Usdc charge, int feeBasisPoints) =>
        Charge(work, $"charge:{work}:{provider}", provider, charge, charge.BasisPoints(feeBasisPoints), Usdc.Zero);

    /// <summary>The same for work with SLA cover, whose premium goes to the pool on top of the charge.</summary>
    public static Journal ChargeCovered(
        string work, ProviderId provider, Usdc charge, int feeBasisPoints, Usdc premium) =>
        Charge(work, $"charge:{work}", provider, charge, charge.BasisPoints(feeBasisPoints), premium);

    /// <summary>Takes what one tick of the meter adds.</summary>
    /// <param name="lease">What is metered.</param>
    /// <param name="tick">Counts the ticks of the lease.</param>
    /// <param name="provider">Who earns.</param>
    /// <param name="step">What the tick takes; see <see cref="Meter.Tick"/>.</param>
    public static Journal Tick(string lease, int tick, ProviderId provider, MeterStep step) =>
        Charge(lease, $"meter:{lease}:{tick}", provider, step.Charge, step.Fee, step.Premium);

    /// <summary>Gives back what is left; what came from promo and was not spent goes back to promo.</summary>
    public static Journal Close(string work, AccountId customer, Usdc promo, Usdc available) => new(
        $"close:{work}",
        "close",
        [
            .. Journal.Move(Chart.Escrow(work), Chart.Promo(customer), promo),
            .. Journal.Debit(Chart.Escrow(work), available),
        ])
    {
        Waterfalls = Waterfall.ToCustomer(customer, available),
    };

    /// <summary>
    /// Ends the holdback of what was accrued: an open advance is repaid first, the rest becomes payable.
    /// </summary>
    public static Journal Holdback(ProviderId provider, string cursor, Usdc amount) => new(
        $"holdback:{provider}:{cursor}", "holdback", [.. Journal.Debit(Chart.Accrued(provider), amount)])
    {
        Waterfalls = Waterfall.Credit(amount, Chart.Advance(provider), Chart.Payable(provider)),
    };

    private static Journal Charge(
        string work, string key, ProviderId provider, Usdc charge, Usdc fee, Usdc premium) => new(
        key,
        "charge",
        [
            .. Journal.Move(Chart.Escrow(work), Chart.Accrued(provider), charge - fee),
            .. Journal.Move(Chart.Escrow(work), Chart.FeeOf(work), fee),
            .. Journal.Move(Chart.Escrow(work), Chart.SlaPool, premium),
        ]);
}
