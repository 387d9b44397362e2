using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Payouts;

/// <summary>What payouts do to the books. The two holds of a payout stay open until it is paid or released.</summary>
public static class PayoutEntries
{
    /// <summary>Reserves the provider's money: posted when a payout is accepted.</summary>
    public static NewHold Hold(PayoutId payout, ProviderId provider, Usdc amount, Usdc fee) =>
        new(PayableHold(payout), Chart.Payable(provider), (amount + fee).Micros);

    /// <summary>
    /// A payout that compliance stops: its money leaves the provider's reach for good or until a release.
    /// </summary>
    public static Entry Block(string review, PayoutId payout, ProviderId provider, Usdc amount, RegisterRow row) =>
        new()
        {
            Journals = [ComplianceJournals.Block(review, provider, amount)],
            VoidHolds = [PayableHold(payout)],
            Register = [row],
        };

    /// <summary>A payout that ends without being paid: its money is payable again.</summary>
    public static Entry Return(PayoutId payout, RegisterRow row) => new()
    {
        VoidHolds = [PayableHold(payout)],
        Register = [row],
    };

    internal static string PayableHold(PayoutId payout) => $"payout:{payout}:payable";

    internal static string TreasuryHold(PayoutId payout) => $"payout:{payout}:treasury";

    internal static Entry Plan(IReadOnlyList<ChunkPayout> payouts) => new()
    {
        Holds =
        [
            .. payouts.Select(row => Hold(row.Payout, row.Provider, row.Amount, row.Fee)),
            .. payouts.Select(row => new NewHold(
                TreasuryHold(row.Payout), Chart.TreasuryOf(row.Rail), row.Amount.Micros)),
        ],
    };

    internal static Entry Post(IReadOnlyList<ChunkPayout> payouts, string signature, long networkFee) => new()
    {
        Journals =
        [
            .. payouts.Select(row =>
                PayoutJournals.Post(row.Payout, row.Provider, row.Amount, row.Fee, row.Rail)),
            PayoutJournals.NetworkFee(signature, networkFee),
        ],
        PostHolds =
        [
            .. payouts.Select(row => PayableHold(row.Payout)),
            .. payouts.Select(row => TreasuryHold(row.Payout)),
        ],
    };
}
