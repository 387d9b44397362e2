using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payouts;

/// <summary>Decides whether an advance on earnings may be made.</summary>
public static class AdvanceRules
{
    private const int PercentMax = 100;

    public static AdvanceVerdict Decide(AdvanceAsk ask, AdvanceTerms terms)
    {
        if (ask.FrozenBecause is not null)
        {
            return new AdvanceVerdict.Frozen(ask.FrozenBecause);
        }

        if (ask.IsSuspended)
        {
            return new AdvanceVerdict.Suspended();
        }

        if (ask.Outstanding > Usdc.Zero)
        {
            return new AdvanceVerdict.StillOpen(ask.Outstanding);
        }

        var limit = Limit(ask.Accrued, ask.Earned, terms);

        return ask.Amount <= Usdc.Zero || ask.Amount > limit
            ? new AdvanceVerdict.TooMuch(limit)
            : new AdvanceVerdict.Granted(ask.Amount.BasisPoints(terms.DiscountBasisPoints));
    }

    /// <summary>A share of what is accrued, and never more than some days of the mean earnings.</summary>
    public static Usdc Limit(Usdc accrued, Usdc earned, AdvanceTerms terms) =>
        Usdc.Min(
            Usdc.Max(accrued, Usdc.Zero).TimesFloor(terms.MaxSharePercent, PercentMax),
            Usdc.Max(earned, Usdc.Zero).TimesFloor(terms.DaysOfEarnings, AdvanceTerms.MeanOverDays));

    /// <summary>What must be accrued at least for an advance of this principal.</summary>
    public static Usdc Security(Usdc principal, AdvanceTerms terms) =>
        principal.TimesCeiling(PercentMax, terms.MaxSharePercent);
}
