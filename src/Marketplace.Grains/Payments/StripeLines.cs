using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Ledger.Verify;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <summary>Which journal should tell of a line of Stripe's account of our balance.</summary>
internal static class StripeLines
{
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
            { Type: "charge" or "payment", PaymentIntent: { } intent } =>
            [
                new(entry.Id, $"topup:{intent}", net + fee),
                .. fee == 0 ? Array.Empty<StripeLine>() : [new(entry.Id, $"stripefee:{entry.Id}", -fee)],
            ],
            { Type: "refund" or "payment_refund" or "refund_failure" } when IsInNoJournal(refund) => [],
            { Type: "refund" or "payment_refund", Refund: { } ours } => [new(entry.Id, $"refund:{ours}:post", net)],
            { Type: "refund" or "payment_refund" } => [new(entry.Id, $"refund:{entry.Source}:elsewhere", net)],
            { Type: "refund_failure" } => [new(entry.Id, $"refund:{entry.Source}:returned", net)],
            { IsDispute: true } => [new(entry.Id, $"dispute:{entry.Source}:{(net < 0 ? "open" : "won")}", net)],
            { Type: "payout" } => [new(entry.Id, $"stripepayout:{entry.Source}", net)],
            _ => [new(entry.Id, $"unknown:{entry.Id}", net)],
        };
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

    /// <summary>The journal of a payout to the bank, which only this account tells of; null for other lines.</summary>
    public static Journal? Payout(StripeEntry entry) =>
        entry is { Type: "payout", Net: < 0, Source.Length: > 0 }
            ? TreasuryJournals.StripePayout(entry.Source, Cents.From(-entry.Net))
            : null;
}
