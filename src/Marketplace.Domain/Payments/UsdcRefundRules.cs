using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>
/// Decides whether a balance may be refunded in USDC: at most what came in as USDC and did not go back yet. What came
/// in by card goes back to the card.
/// </summary>
public static class UsdcRefundRules
{
    public static UsdcRefundVerdict Decide(Usdc amount, UsdcRefundUse use, UsdcRefundTerms terms)
    {
        if (amount <= Usdc.Zero || amount < terms.Minimum)
        {
            return new UsdcRefundVerdict.TooSmall(terms.Minimum);
        }

        if (use.Refunded + amount > use.Deposited)
        {
            return new UsdcRefundVerdict.AboveDeposits(Rest(use.Deposited, use.Refunded));
        }

        if (use.CountLastDay >= terms.PerDay)
        {
            return new UsdcRefundVerdict.TooMany(terms.PerDay);
        }

        return use.RefundedLastDay + amount > terms.DailyMax
            ? new UsdcRefundVerdict.AboveDaily(terms.DailyMax, Rest(terms.DailyMax, use.RefundedLastDay))
            : new UsdcRefundVerdict.Granted();
    }

    private static Usdc Rest(Usdc whole, Usdc used) => used > whole ? Usdc.Zero : whole - used;
}
