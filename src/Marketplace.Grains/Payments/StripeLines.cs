using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Ledger.Verify;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <summary>Which journal should tell of a line of Stripe's account of our balance.</summary>
internal static class StripeLines
{
    private const string Adjustment = "adjustment";

    /// <summary>Stripe's own fees, and what it corrects: all of it the cost of taking cards.</summary>
    private static readonly HashSet<string> Fees = new(
        [Adjustment, "stripe_fee", "stripe_fx_fee", "tax_fee"], StringComparer.Ordinal);

    /// <summary>What Stripe sets aside from the balance, and gives back.</summary>
    private static readonly HashSet<string> Reserves = new(
        [
            "reserve_transaction", "reserved_funds", "reserve_hold", "reserve_release",
            "payment_network_reserve_hold", "payment_network_reserve_release",
            "payout_minimum_balance_hold", "payout_minimum_balance_release",
        ],
        StringComparer.Ordinal);

    /// <summary>The lines for the books; one that we do not understand has a key that no journal has.</summary>
    /// <param name="entry">The line.</param>
    /// <param name="refund">How the refund stands that it belongs to; null when it is none that we know.</param>
    public static IReadOnlyList<StripeLine> Of(StripeEntry entry, CardRefundState? refund)
    {
        var net = entry.Net * Cents.MicrosPerCent;
        var fee = entry.Fee * Cents.MicrosPerCent;

        return entry switch
        {
            { Currency: not TopUpCycle.Currency } => [new(entry.Id, $"currency:{entry.Currency}:{entry.Id}", net)],
            { Type: "charge" or "payment", PaymentIntent: { } intent } => WithFee($"topup:{intent}"),
            { Type: "refund" or "payment_refund" or "refund_failure" } when IsInNoJournal(refund) => [],
            { Type: "refund" or "payment_refund", Refund: { } ours } => WithFee($"refund:{ours}:post"),
            { Type: "refund" or "payment_refund" } => WithFee($"refund:{entry.Source}:elsewhere"),
            { Type: "refund_failure" } => WithFee($"refund:{entry.Source}:returned"),
            // The fee of a dispute is in the journal that opens it; one that comes back with the money is a line more.
            { IsDispute: true } when net < 0 => [new(entry.Id, $"dispute:{entry.Source}:open", net)],
            { IsDispute: true } => WithFee($"dispute:{entry.Source}:won"),
            { Type: "payout" } => [new(entry.Id, $"stripepayout:{entry.Source}", net)],
            { Type: "payout_failure" or "payout_cancel" } =>
                [new(entry.Id, $"stripepayout:{entry.Source}:returned", net)],
            { Type: "topup" or "topup_reversal" } => [new(entry.Id, $"stripefill:{entry.Id}", net)],
            _ when Reserves.Contains(entry.Type) => [new(entry.Id, $"stripereserve:{entry.Id}", net)],
            _ when Fees.Contains(entry.Type) => [new(entry.Id, $"stripefee:{entry.Id}", net)],
            _ => [new(entry.Id, $"unknown:{entry.Id}", net)],
        };

        StripeLine[] WithFee(string journal) =>
        [
            new(entry.Id, journal, net + fee),
            .. fee == 0 ? Array.Empty<StripeLine>() : [new(entry.Id, $"stripefee:{entry.Id}", -fee)],
        ];
    }

    /// <summary>
    /// A refund is in the books once it has succeeded. Until then its way out is in no journal, and when it fails
    /// before, neither is its way back.
    /// </summary>
    public static bool IsInNoJournal(CardRefundState? refund) =>
        refund is CardRefundState.Requested or CardRefundState.Pending or CardRefundState.Failed;

    /// <summary>The id under which a refund is known here: ours, or the one given to what was made elsewhere.</summary>
    public static string? RefundOf(StripeEntry entry) => entry.Type is "refund" or "payment_refund" or "refund_failure"
        ? entry.Refund ?? CardRefundId.From(PrefixedId.Derive(RefundCycle.ElsewhereName, entry.Source)).Value
        : null;

    /// <summary>
    /// The journal of what only this account tells of: movements between Stripe, the bank and a reserve, Stripe's own
    /// fees, fees given back, and adjustments. Null for lines that belong to a payment, and for what a person must
    /// look at: kinds that are not known, other currencies, and adjustments above the limit.
    /// </summary>
    /// <param name="entry">The line.</param>
    /// <param name="refund">How the refund stands that it belongs to; null when it is none that we know.</param>
    /// <param name="adjustmentMax">The largest adjustment that is taken for one of Stripe's own.</param>
    public static Journal? Own(StripeEntry entry, CardRefundState? refund, Cents adjustmentMax)
    {
        var isIn = entry.Net > 0;

        return entry switch
        {
            { Currency: not TopUpCycle.Currency } => null,
            { Type: "charge" or "payment" } => null,
            { Type: "refund" or "payment_refund" or "refund_failure" } when IsInNoJournal(refund) => null,
            { Type: "refund" or "payment_refund" or "refund_failure" } => FeeOf(entry, -entry.Fee),
            { IsDispute: true } => isIn ? FeeOf(entry, -entry.Fee) : null,
            { Net: 0 } => null,
            { Type: "payout", Net: < 0, Source.Length: > 0 } =>
                TreasuryJournals.StripePayout(entry.Source, Moved(entry)),
            { Type: "payout_failure" or "payout_cancel", Net: > 0, Source.Length: > 0 } =>
                TreasuryJournals.StripePayoutReturned(entry.Source, Moved(entry)),
            { Type: "topup" or "topup_reversal" } => isIn
                ? TreasuryJournals.StripeFilled(entry.Id, Moved(entry))
                : TreasuryJournals.StripeFillReversed(entry.Id, Moved(entry)),
            { Type: Adjustment } when Math.Abs(entry.Net) > adjustmentMax.Value => null,
            _ when Reserves.Contains(entry.Type) => isIn
                ? TreasuryJournals.StripeReleased(entry.Id, Moved(entry))
                : TreasuryJournals.StripeReserved(entry.Id, Moved(entry)),
            _ => Fees.Contains(entry.Type) ? FeeOf(entry, entry.Net) : null,
        };
    }

    /// <summary>A fee that was taken, or one that came back; null when there is none.</summary>
    private static Journal? FeeOf(StripeEntry entry, long cents) => cents switch
    {
        > 0 => CardJournals.StripeFeeBack(entry.Id, Cents.From(cents)),
        < 0 => CardJournals.StripeFee(entry.Id, Cents.From(-cents)),
        _ => null,
    };

    private static Cents Moved(StripeEntry entry) => Cents.From(Math.Abs(entry.Net));
}
