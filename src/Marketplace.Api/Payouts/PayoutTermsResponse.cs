using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>What an instant payout costs now: the ladder, and how far up it the last 24 hours are.</summary>
/// <param name="DailyFloat" example="10000.000000">USDC that may go out instantly within 24 hours.</param>
/// <param name="Used" example="1250.000000">Of it, within the last 24 hours.</param>
/// <param name="Ladder">The rungs; above the last one an instant payout becomes a standard one.</param>
internal sealed record PayoutTermsResponse(Usdc DailyFloat, Usdc Used, IReadOnlyList<PayoutTermsResponse.Rung> Ladder)
{
    public static PayoutTermsResponse From(InstantView view) =>
        new(view.Ladder.DailyFloat, view.Used, [.. view.Ladder.Rungs.Select(Rung.From)]);

    /// <summary>A rung of the ladder.</summary>
    /// <param name="UpToPercent" example="25">Up to this share of the float, this payout included.</param>
    /// <param name="FeeBasisPoints" example="50">The fee, in basis points of the amount.</param>
    internal sealed record Rung(int UpToPercent, int FeeBasisPoints)
    {
        public static Rung From(InstantRung rung) => new(rung.UpToPercent, rung.FeeBasisPoints);
    }
}
