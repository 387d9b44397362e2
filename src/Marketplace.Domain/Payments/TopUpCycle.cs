using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>
/// How a top-up moves: only forward, and by what the processor says now, so that events may come twice, late, never or
/// in any order. Each journal is named once, at the step that it belongs to.
/// </summary>
public static class TopUpCycle
{
    /// <summary>The only currency that is taken.</summary>
    public const string Currency = "usd";

    /// <summary>
    /// How long the processor surely remembers an idempotency key; after it the key is never used again. It keeps them
    /// for 24 hours at least.
    /// </summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromHours(23);

    /// <summary>Takes over what the processor says.</summary>
    /// <param name="known">The top-up as it is stored.</param>
    /// <param name="facts">What the processor says.</param>
    /// <param name="isLive">Whether our key is one for real money.</param>
    /// <param name="now">The time.</param>
    public static TopUpStep Learn(TopUp known, CardFacts facts, bool isLive, DateTimeOffset now)
    {
        var step = new TopUpStep(Opened(known, facts));
        step = step.Then(Paid(step.Next, facts.Payment, isLive, now));

        if (step.Next.State != TopUpState.Paid)
        {
            return step;
        }

        step = step.Then(Fee(step.Next, facts.Payment));
        step = facts.Refunds.Aggregate(step, (so, fact) => so.Then(RefundCycle.Learn(so.Next, fact, now)));
        return facts.Disputes.Aggregate(step, (so, fact) => so.Then(DisputeCycle.Learn(so.Next, fact)));
    }

    /// <summary>It could not be opened, for sure.</summary>
    public static TopUp Fail(TopUp known, string why) =>
        known.State < TopUpState.Failed ? known with { State = TopUpState.Failed, Trouble = why } : known;

    /// <summary>Whether the processor may be called with the stored key: never again when that is a day old.</summary>
    public static bool MayCall(DateTimeOffset? firstTriedAt, DateTimeOffset now) =>
        firstTriedAt is not { } first || now - first < KeyLife;

    /// <summary>When somebody must look at it again though no event came; null when nobody needs to.</summary>
    public static DateTimeOffset? DueAt(TopUp known, LookPace pace, DateTimeOffset now)
    {
        if (known.State == TopUpState.Opening || known.Refunds.Any(refund => refund.State == CardRefundState.Requested)
            || known.Disputes.Any(dispute => dispute.Evidence == EvidenceState.Sending && !dispute.IsDone))
        {
            return now + pace.Unknown;
        }

        if (known.State == TopUpState.Open
            || (known.State == TopUpState.Paid && known.FeeTransaction is null)
            || known.Refunds.Any(refund => refund.State == CardRefundState.Pending))
        {
            return now + pace.Waiting;
        }

        return known.Disputes.Any(dispute => !dispute.IsDone) ? now + pace.Disputed : null;
    }

    private static TopUp Opened(TopUp known, CardFacts facts)
    {
        var next = known with
        {
            Session = known.Session ?? facts.Page?.Id,
            Url = known.Url ?? facts.Page?.Url,
            PaymentIntent = known.PaymentIntent ?? facts.Page?.PaymentIntent ?? facts.Payment?.Id,
            ClientSecret = known.ClientSecret
                ?? (known.Method == CardMethod.PaymentIntent ? facts.Payment?.ClientSecret : null),
        };

        var isOver = facts.Page is { IsExpired: true } || facts.Payment is { Standing: PaymentStanding.Canceled };

        return next with
        {
            State = next.State switch
            {
                TopUpState.Opening or TopUpState.Open when isOver => TopUpState.Expired,
                TopUpState.Opening when facts.Page is not null || facts.Payment is not null => TopUpState.Open,
                var state => state,
            },
        };
    }

    private static TopUpStep Paid(TopUp known, PaymentFact? payment, bool isLive, DateTimeOffset now)
    {
        if (payment is not { Standing: PaymentStanding.Succeeded } || known.State == TopUpState.Paid)
        {
            return new(known);
        }

        return WhyNotOurs(known, payment, isLive) is { } why
            ? new(known with { Trouble = why })
            : new(known with
            {
                State = TopUpState.Paid,
                PaymentIntent = payment.Id,
                Received = payment.Received,
                PaidAt = now,
                Trouble = null,
            })
            {
                Journals = [CardJournals.TopUp(payment.Id, known.Account, payment.Received)],
            };
    }

    private static string? WhyNotOurs(TopUp known, PaymentFact payment, bool isLive) => payment switch
    {
        _ when payment.TopUp != known.Id.Value => $"{payment.Id} names the top-up '{payment.TopUp}'",
        _ when payment.Id != known.PaymentIntent => $"{payment.Id} is not its payment {known.PaymentIntent}",
        _ when payment.Currency != Currency => $"{payment.Id} is in {payment.Currency}, not in {Currency}",
        _ when payment.IsLive != isLive => $"{payment.Id} is {(payment.IsLive ? "live" : "a test")}, our key is not",
        _ when payment.Received.Value == 0 => $"{payment.Id} succeeded and received nothing",
        _ => null,
    };

    private static TopUpStep Fee(TopUp known, PaymentFact? payment) =>
        payment is { FeeTransaction: { } transaction } && known.FeeTransaction is null
            ? new(known with { FeeTransaction = transaction })
            {
                Journals = [.. NotEmpty(CardJournals.StripeFee(transaction, payment.Fee))],
            }
            : new(known);

    private static IEnumerable<Journal> NotEmpty(Journal journal) => journal.IsEmpty ? [] : [journal];
}
