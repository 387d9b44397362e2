using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Ledger.Payments;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// What payouts do to the books. The two holds of a payout, on whose money it is and on the treasury, stay open until
/// it is paid or released. Refunds on chain go the same way: see <see cref="RefundEntries"/>.
/// </summary>
public static class PayoutEntries
{
    /// <summary>Reserves the provider's money: posted when a payout is accepted.</summary>
    public static NewHold Hold(PayoutId payout, ProviderId provider, Usdc amount, Usdc fee) =>
        new(PayableHold(payout), Chart.Payable(provider), (amount + fee).Micros);

    /// <summary>
    /// A payout that compliance stops: its money leaves the provider's reach for good or until a release. For
    /// <see cref="PayoutChunks.Release(PayoutId, Entry, CancellationToken)"/>, which gives back what is held.
    /// </summary>
    public static Entry Block(string review, ProviderId provider, Usdc amount, RegisterRow row) =>
        new()
        {
            Journals = [ComplianceJournals.Block(review, provider, amount)],
            Register = [row],
        };

    /// <summary>A payout that ends without being paid: its money is payable again.</summary>
    public static Entry Return(RegisterRow row) => new() { Register = [row] };

    internal static string PayableHold(PayoutId payout) => $"payout:{payout}:payable";

    internal static string TreasuryHold(PayoutId payout) => $"payout:{payout}:treasury";

    internal static Entry Plan(IReadOnlyList<ChunkPayout> payouts)
    {
        var holds = payouts.Select(Holds).ToArray();
        return new() { Holds = [.. holds.Select(pair => pair.Source), .. holds.Select(pair => pair.Treasury)] };
    }

    internal static Entry Post(IReadOnlyList<ChunkPayout> payouts, string signature, long networkFee)
    {
        var holds = payouts.Select(Holds).ToArray();

        return new()
        {
            Journals = [.. payouts.Select(Posting), PayoutJournals.NetworkFee(signature, networkFee)],
            PostHolds = [.. holds.Select(pair => pair.Source.Id), .. holds.Select(pair => pair.Treasury.Id)],
        };
    }

    private static (NewHold Source, NewHold Treasury) Holds(ChunkPayout row) => row.Purpose switch
    {
        PayoutPurpose.Earnings => (
            Hold(row.Payout, row.Provider, row.Amount, row.Fee),
            new(TreasuryHold(row.Payout), Chart.TreasuryOf(row.Rail), row.Amount.Micros)),
        _ => RefundEntries.ChainHolds(row),
    };

    private static Journal Posting(ChunkPayout row) => row.Purpose switch
    {
        PayoutPurpose.Earnings => PayoutJournals.Post(row.Payout, row.Provider, row.Amount, row.Fee, row.Rail),
        _ => RefundEntries.ChainJournal(row),
    };
}
