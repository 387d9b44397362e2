using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Stripe;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Top-ups between the processor and the books. What is wanted is stored with its idempotency key before the processor
/// is called; what became of it is read from the processor, never from an answer that may be lost or an event that may
/// be false.
/// </summary>
internal sealed partial class CardPayments(
    TopUpRows rows,
    ReceiptRows receipts,
    AccessRows accesses,
    CardSource source,
    IOptions<PaymentOptions> options,
    TimeProvider clock,
    ICheckpoint checkpoint)
{
    private const int StepsMax = 5;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private StripeCards Cards => source.Cards
        ?? throw new InvalidOperationException("No card processor is configured: set Payments:StripeApiKey.");

    public async Task<TopUp?> Find(TopUpId id, CancellationToken cancel) => (await rows.Find(id, cancel))?.TopUp;

    /// <summary>Decides about a top-up and stores it. It is not at the processor yet.</summary>
    public async Task<TopUpOutcome> Begin(
        AccountId account, DateTimeOffset accountSince, NewTopUp wish, CancellationToken cancel)
    {
        if (source.Cards is null)
        {
            return new TopUpOutcome.Off();
        }

        if (await Find(wish.Id, cancel) is { } known)
        {
            return Same(known, account, wish);
        }

        var now = clock.GetUtcNow();
        var ask = new TopUpAsk(
            wish.Amount,
            accountSince,
            [.. (await rows.Since(account, now - Day, cancel)).Where(top => top.State != TopUpState.Failed)],
            await rows.HasPaid(account, cancel),
            now);

        if (TopUpRules.Decide(ask, options.Value.Terms) is var verdict and not TopUpVerdict.Granted)
        {
            return Refusal(verdict);
        }

        var topUp = new TopUp
        {
            Id = wish.Id,
            Account = account,
            Asked = wish.Amount,
            Method = wish.Method,
            CreatedAt = now,
            FirstTriedAt = now,
        };

        if (!await rows.Insert(topUp, now + options.Value.AskAgainAfter, cancel))
        {
            return Same((await Find(wish.Id, cancel))!, account, wish);
        }

        checkpoint.Reach(Checkpoints.TopUpStored);
        return new TopUpOutcome.Accepted(topUp);
    }

    /// <summary>Holds the money of a refund and asks the processor for it.</summary>
    public async Task<CardRefundOutcome> Refund(
        TopUpId id, AccountId account, CardRefundId refund, Cents amount, CancellationToken cancel)
    {
        if (source.Cards is null)
        {
            return new CardRefundOutcome.Off();
        }

        for (var tries = 0; tries < StepsMax; tries++)
        {
            if (await rows.Find(id, cancel) is not { } stored || stored.TopUp.Account != account)
            {
                return new CardRefundOutcome.Unknown();
            }

            if (stored.TopUp.Refunds.FirstOrDefault(one => one.Id == refund) is { } known)
            {
                return known.Amount == amount
                    ? Accepted(await LookOrStored(id, stored.TopUp, cancel), refund)
                    : new CardRefundOutcome.KeyTaken();
            }

            if (RefundCycle.Request(stored.TopUp, refund, amount, clock.GetUtcNow()) is not { } step)
            {
                return new CardRefundOutcome.AboveRest(stored.TopUp.Refundable);
            }

            switch (await Apply(stored, step, cancel))
            {
                case null:
                    continue;
                case PostOutcome.Insufficient few:
                    return new CardRefundOutcome.AboveBalance(Usdc.FromMicros(Math.Max(0, few.Available)));
                case { Stands: true }:
                    checkpoint.Reach(Checkpoints.RefundRequested);
                    return Accepted(await LookOrStored(id, step.Next, cancel), refund);
                case var refused:
                    throw new InvalidOperationException($"The books refused the hold of {refund}: {refused}");
            }
        }

        throw new TimeoutException($"{id} changes too often to refund a part of it now.");
    }

    /// <summary>Decides that the evidence of a dispute goes to the bank; <see cref="Look"/> sends it.</summary>
    public async Task<bool> DecideEvidence(TopUpId id, string dispute, CancellationToken cancel)
    {
        for (var tries = 0; tries < StepsMax; tries++)
        {
            if (await rows.Find(id, cancel) is not { } stored
                || stored.TopUp.Disputes.All(one => one.Id != dispute))
            {
                return false;
            }

            var next = DisputeCycle.Tell(stored.TopUp, dispute, EvidenceState.Sending);

            if (next == stored.TopUp || await Apply(stored, new(next), cancel) is { Stands: true })
            {
                return true;
            }
        }

        throw new TimeoutException($"{id} changes too often to decide about {dispute} now.");
    }

    /// <summary>What is held is on its way, whether the processor answers now or not.</summary>
    private async Task<TopUp> LookOrStored(TopUpId id, TopUp stored, CancellationToken cancel)
    {
        try
        {
            return await Look(id, null, cancel) ?? stored;
        }
        catch (StripeReadException)
        {
            return stored;
        }
    }

    private static CardRefundOutcome.Accepted Accepted(TopUp topUp, CardRefundId refund) =>
        new(topUp, topUp.Refunds.First(one => one.Id == refund));

    private static TopUpOutcome Same(TopUp known, AccountId account, NewTopUp wish) =>
        known.Account == account && known.Asked == wish.Amount && known.Method == wish.Method
            ? new TopUpOutcome.Accepted(known)
            : new TopUpOutcome.KeyTaken();

    private static TopUpOutcome Refusal(TopUpVerdict verdict) => verdict switch
    {
        TopUpVerdict.OutOfBounds bounds => new TopUpOutcome.OutOfBounds(bounds.Minimum, bounds.Maximum),
        TopUpVerdict.TooMany many => new TopUpOutcome.TooMany(many.PerHour, many.Until),
        TopUpVerdict.AboveLimit above => new TopUpOutcome.AboveLimit(above.Limit, above.Cap, above.Left),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };

    private static bool IsOfDispute(Journal journal) => journal.Kind.StartsWith("dispute-", StringComparison.Ordinal);

    private async Task<PostOutcome?> Apply(StoredTopUp before, TopUpStep step, CancellationToken cancel)
    {
        var due = TopUpCycle.DueAt(step.Next, options.Value.Pace, clock.GetUtcNow());
        var outcome = await rows.Apply(before, step, due, cancel);

        if (outcome is { Stands: true } && step.Journals.Any(journal => journal.Kind == "topup"))
        {
            checkpoint.Reach(Checkpoints.TopUpPosted);
        }

        if (outcome is { Stands: true } && step.Journals.Any(IsOfDispute))
        {
            checkpoint.Reach(Checkpoints.DisputePosted);
        }

        return outcome;
    }
}
