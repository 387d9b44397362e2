using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Stripe;
using Stripe.Checkout;

namespace Marketplace.Stripe;

/// <summary>Says in our words what Stripe's objects mean.</summary>
internal static class Facts
{
    public static DateTimeOffset Time(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    public static PageFact Of(Session session) => new(
        session.Id, session.Url, session.PaymentIntentId, session is { Status: "expired" });

    public static PaymentFact Of(PaymentIntent intent)
    {
        var line = intent.LatestCharge?.BalanceTransaction;

        return new(
            intent.Id,
            intent.Metadata?.GetValueOrDefault(StripeCards.TopUpKey),
            intent.Status switch
            {
                "succeeded" => PaymentStanding.Succeeded,
                "canceled" => PaymentStanding.Canceled,
                _ => PaymentStanding.Waiting,
            },
            Cents.From(intent.AmountReceived),
            intent.Currency,
            intent.Livemode,
            intent.ClientSecret,
            line?.Id,
            Cents.From(line?.Fee ?? 0));
    }

    public static RefundFact Of(Refund refund) => new(
        refund.Id,
        refund.Metadata?.GetValueOrDefault(StripeCards.RefundKey),
        Cents.From(refund.Amount),
        refund.Status switch
        {
            "succeeded" => CardRefundState.Succeeded,
            "failed" or "canceled" => CardRefundState.Failed,
            _ => CardRefundState.Pending,
        },
        refund.FailureReason);

    /// <summary>
    /// A dispute takes money by a negative line of the balance and gives it back by a positive one. Its fee is what
    /// those lines took; a fee that is given back is not counted here but shows in the reconciliation.
    /// </summary>
    public static DisputeFact Of(Dispute dispute)
    {
        var taken = dispute.BalanceTransactions?.Where(line => line.Amount < 0).ToArray() ?? [];

        return new(
            dispute.Id,
            Cents.From(dispute.Amount),
            dispute.Status switch
            {
                "warning_needs_response" or "warning_under_review" => DisputeState.Inquiry,
                "warning_closed" or "prevented" => DisputeState.InquiryClosed,
                "under_review" => DisputeState.UnderReview,
                "won" => DisputeState.Won,
                "lost" => DisputeState.Lost,
                _ => DisputeState.Open,
            },
            taken.Length > 0,
            dispute.BalanceTransactions?.Any(line => line.Amount > 0) ?? false,
            Cents.From(Math.Max(0, taken.Sum(line => line.Fee))),
            dispute.Reason,
            dispute.EvidenceDetails?.DueBy is { } due ? Time(due) : null,
            dispute.EvidenceDetails?.SubmissionCount > 0);
    }
}
