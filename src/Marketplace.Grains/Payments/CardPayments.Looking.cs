using System.Globalization;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Payments;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <content>Does what is outstanding at the processor, then takes over what it says.</content>
internal sealed partial class CardPayments
{
    private const int ReceiptsMax = 100;

    /// <summary>Hours of use that a bank is told of; more than fit into what is taken.</summary>
    private const int AccessesMax = 500;

    /// <summary>
    /// Looks at one top-up; null when there is none. Whatever came before (a crash, a lost answer, an event twice or
    /// never), the next look brings books and top-up to what the processor says.
    /// </summary>
    /// <param name="id">The top-up.</param>
    /// <param name="hint">What an event led to: an object that names this top-up.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then, and looking again is harmless.</param>
    /// <exception cref="StripeReadException">The processor does not answer; nothing is lost.</exception>
    public async Task<TopUp?> Look(TopUpId id, OwnedObject? hint, CancellationToken cancel)
    {
        for (var tries = 0; tries < StepsMax; tries++)
        {
            if (await rows.Find(id, cancel) is not { } stored)
            {
                return null;
            }

            var known = Adopt(stored.TopUp, hint);
            var opened = await Open(known, cancel);
            var refused = await AskRefunds(opened, cancel);
            var step = new TopUpStep(opened);

            if (opened.Session is not null || opened.PaymentIntent is not null)
            {
                step = TopUpCycle.Learn(
                    opened, await Cards.Read(opened, cancel), Cards.IsLive, clock.GetUtcNow());
            }

            step = refused.Aggregate(step, Settle);
            step = await Tell(step, cancel);

            // Stored before it is done: the next look sends it.
            step = step with
            {
                Next = DisputeCycle.SendDue(step.Next, clock.GetUtcNow(), options.Value.EvidenceSendBefore),
            };

            switch (await Apply(stored, step, cancel))
            {
                case null:
                    continue;
                case { Stands: true }:
                    return step.Next;
                case var outcome:
                    throw new InvalidOperationException($"The books refused a step of {id}: {outcome}");
            }
        }

        throw new TimeoutException($"{id} changes too often to look at it now.");
    }

    private static TopUp Adopt(TopUp known, OwnedObject? hint) => hint is null
        ? known
        : known with
        {
            Session = known.Session ?? hint.Session,
            PaymentIntent = known.PaymentIntent ?? hint.PaymentIntent,
        };

    /// <summary>What is still requested after reading stays held with its reason, or is given back for sure.</summary>
    private static TopUpStep Settle(TopUpStep step, (CardRefund Refund, string Why, bool IsSure) told)
    {
        var isOpen = step.Next.Refunds.Any(one =>
            one.Id == told.Refund.Id && one.State == CardRefundState.Requested);

        return (isOpen, told.IsSure) switch
        {
            (false, _) => step,
            (true, true) => step.Then(RefundCycle.Fail(step.Next, told.Refund.Id, told.Why)),
            _ => step with { Next = RefundCycle.Hold(step.Next, told.Refund.Id, told.Why) },
        };
    }

    /// <summary>Opens it at the processor with the stored key, or looks for what an earlier call has made.</summary>
    private async Task<TopUp> Open(TopUp known, CancellationToken cancel)
    {
        if (known.State != TopUpState.Opening || known.Session is not null || known.PaymentIntent is not null)
        {
            return known;
        }

        var why = "its page was never opened";

        if (TopUpCycle.MayCall(known.FirstTriedAt, clock.GetUtcNow()))
        {
            (var next, why) = known.Method == CardMethod.Checkout
                ? After(known, await Cards.OpenPage(known, Pages, cancel), page => new(page, null, [], []))
                : After(
                    known,
                    await Cards.OpenPayment(known, options.Value.RequireThreeDSecure, cancel),
                    payment => new(null, payment, [], []));

            if (next.State != TopUpState.Opening)
            {
                return next;
            }
        }

        if (await Cards.FindOpened(known, cancel) is { } found)
        {
            return Opened(known, found);
        }

        return TopUpCycle.MayCall(known.FirstTriedAt, clock.GetUtcNow())
            ? known with { Trouble = why }
            : TopUpCycle.Fail(known, why);
    }

    private CheckoutPages Pages => new(
        options.Value.SuccessUrl,
        options.Value.CancelUrl,
        options.Value.SessionLife,
        options.Value.RequireThreeDSecure);

    private static (TopUp Next, string Why) After<T>(
        TopUp known, StripeAnswer<T> answer, Func<T, CardFacts> facts) =>
        answer switch
        {
            StripeAnswer<T>.Done done => (Opened(known, facts(done.Value)), string.Empty),
            StripeAnswer<T>.Refused refused => (TopUpCycle.Fail(known, refused.Why), refused.Why),
            StripeAnswer<T>.KeyTaken taken => (known, taken.Why),
            StripeAnswer<T>.Unknown unknown => (known, unknown.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static TopUp Opened(TopUp known, CardFacts facts) => TopUpCycle.Open(known with { Trouble = null }, facts);

    /// <summary>
    /// Asks for every refund that is held, again with its key. Answers those that were not done, whether that is sure,
    /// and why: what the processor has of them decides.
    /// </summary>
    private async Task<IReadOnlyList<(CardRefund Refund, string Why, bool IsSure)>> AskRefunds(
        TopUp known, CancellationToken cancel)
    {
        var undone = new List<(CardRefund, string, bool)>();

        foreach (var refund in known.Refunds.Where(one =>
            one.State == CardRefundState.Requested && !one.IsElsewhere))
        {
            if (!TopUpCycle.MayCall(refund.FirstTriedAt, clock.GetUtcNow()))
            {
                undone.Add((refund, "it was never made within a day", true));
                continue;
            }

            var answer = await Cards.Refund(known, refund, cancel);
            checkpoint.Reach(Checkpoints.RefundCalled);

            switch (answer)
            {
                case StripeAnswer<RefundFact>.Refused refused:
                    undone.Add((refund, $"{refused.Code}: {refused.Why}", true));
                    break;
                case StripeAnswer<RefundFact>.KeyTaken taken:
                    undone.Add((refund, taken.Why, false));
                    break;
                case StripeAnswer<RefundFact>.Unknown unknown:
                    undone.Add((refund, unknown.Why, false));
                    break;
            }
        }

        return undone;
    }

    /// <summary>Stores evidence for new disputes, and sends what was decided to be sent.</summary>
    private async Task<TopUpStep> Tell(TopUpStep step, CancellationToken cancel)
    {
        foreach (var dispute in step.Next.Disputes.Where(IsToBeTold))
        {
            var sends = dispute.Evidence == EvidenceState.Sending;
            var text = dispute.IsEvidenceStaged
                ? null
                : new DisputeText(
                    DisputeEvidence.Write(step.Next, await Receipts(step.Next, cancel)),
                    DisputeEvidence.WriteAccess(step.Next, await Accesses(step.Next, cancel)));

            if (await Cards.Tell(dispute.Id, text, sends, cancel) is StripeAnswer<DisputeFact>.Done done)
            {
                var told = sends ? EvidenceState.Sent : EvidenceState.Staged;
                step = step.Then(DisputeCycle.Learn(step.Next, done.Value));
                step = step with { Next = DisputeCycle.Tell(step.Next, dispute.Id, told) };
            }
        }

        return step;
    }

    private bool IsToBeTold(CardDispute dispute) =>
        DisputeCycle.TakesEvidence(dispute, clock.GetUtcNow())
        && dispute.Evidence is EvidenceState.None or EvidenceState.Sending;

    private Task<IReadOnlyList<AccountAccess>> Accesses(TopUp known, CancellationToken cancel) =>
        accesses.Since(known.Account, known.PaidAt ?? known.CreatedAt, AccessesMax, cancel);

    private async Task<IReadOnlyList<string>> Receipts(TopUp known, CancellationToken cancel) =>
    [
        .. (await receipts.List(known.Account, null, ReceiptsMax, cancel)).Select(receipt => string.Create(
            CultureInfo.InvariantCulture, $"{receipt.At:O} {receipt.Id} for {receipt.Work}, SHA-256 {receipt.Hash}")),
    ];
}
