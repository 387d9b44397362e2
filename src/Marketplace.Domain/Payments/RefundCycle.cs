using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>How a refund moves: held before the processor is called, posted or given back by what it says.</summary>
public static class RefundCycle
{
    /// <summary>Asks for a refund: the money is held with it. Null when the top-up has not that much left.</summary>
    public static TopUpStep? Request(TopUp known, CardRefundId id, Cents amount, DateTimeOffset now)
    {
        if (known.State != TopUpState.Paid || amount.Value == 0 || amount.Value > known.Refundable.Value)
        {
            return null;
        }

        var refund = new CardRefund
        {
            Id = id,
            Amount = amount,
            State = CardRefundState.Requested,
            CreatedAt = now,
            FirstTriedAt = now,
        };

        return new(known with { Refunds = [.. known.Refunds, refund] }) { Held = [refund] };
    }

    /// <summary>The processor refused it for sure, or it is proven that it never got there.</summary>
    public static TopUpStep Fail(TopUp known, CardRefundId id, string why) =>
        known.Refunds.FirstOrDefault(refund => refund.Id == id) is { IsDone: false } refund
            ? new(Put(known, refund with { State = CardRefundState.Failed, Trouble = why })) { Voided = [refund] }
            : new(known);

    /// <summary>The call was refused in a way that settles nothing: it stays held, with the reason.</summary>
    public static TopUp Hold(TopUp known, CardRefundId id, string why) =>
        known.Refunds.FirstOrDefault(refund => refund.Id == id) is { IsDone: false } refund
            ? Put(known, refund with { Trouble = why })
            : known;

    /// <summary>Takes over what the processor says of one refund.</summary>
    public static TopUpStep Learn(TopUp known, RefundFact fact, DateTimeOffset now)
    {
        var refund = known.Refunds.FirstOrDefault(one => one.ProcessorId == fact.Id)
            ?? known.Refunds.FirstOrDefault(one => one.ProcessorId is null && one.Id.Value == fact.Refund)
            ?? Elsewhere(fact, now);
        var known2 = known.Refunds.Contains(refund) ? known : known with { Refunds = [.. known.Refunds, refund] };
        var next = refund with { ProcessorId = fact.Id, Trouble = fact.Why ?? refund.Trouble };

        return (refund.State, fact.State) switch
        {
            (CardRefundState.Requested, CardRefundState.Pending) =>
                new(Put(known2, next with { State = CardRefundState.Pending })),
            (CardRefundState.Requested or CardRefundState.Pending, CardRefundState.Succeeded) =>
                Succeed(known2, next with { State = CardRefundState.Succeeded, Trouble = null }),
            (CardRefundState.Requested or CardRefundState.Pending, CardRefundState.Failed) =>
                new(Put(known2, next with { State = CardRefundState.Failed }))
                {
                    Voided = refund.IsElsewhere ? [] : [refund],
                },
            (CardRefundState.Succeeded, CardRefundState.Failed) =>
                new(Put(known2, next with { State = CardRefundState.Returned }))
                {
                    Journals = [CardJournals.RefundReturned(fact.Id, known.Account, refund.Amount)],
                },
            _ => new(Put(known2, next with { Trouble = refund.Trouble })),
        };
    }

    private static TopUpStep Succeed(TopUp known, CardRefund refund) => refund.IsElsewhere
        ? new(Put(known, refund))
        {
            Journals = [CardJournals.RefundElsewhere(refund.ProcessorId!, known.Account, refund.Amount)],
        }
        : new(Put(known, refund))
        {
            Journals = [CardJournals.Refund(refund.Id.Value, known.Account, refund.Amount)],
            Posted = [refund],
        };

    /// <summary>Somebody made it at the processor: a fact that must be taken over, without a hold.</summary>
    private static CardRefund Elsewhere(RefundFact fact, DateTimeOffset now) => new()
    {
        Id = CardRefundId.From(PrefixedId.Derive("card-refund-elsewhere", fact.Id)),
        Amount = fact.Amount,
        State = CardRefundState.Requested,
        CreatedAt = now,
        ProcessorId = fact.Id,
        IsElsewhere = true,
    };

    private static TopUp Put(TopUp known, CardRefund refund) => known with
    {
        Refunds = [.. known.Refunds.Select(one => one.Id == refund.Id ? refund : one)],
    };
}
