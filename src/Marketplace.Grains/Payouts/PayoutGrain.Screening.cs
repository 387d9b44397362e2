using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutGrain
{
    public async Task<string?> Screen(CancellationToken cancel = default)
    {
        await Refresh(cancel);

        if (payout.State.Standing != PayoutStanding.Requested)
        {
            return payout.State.Trouble ?? payout.State.Standing;
        }

        if (await grains.GetGrain<IProviderGrain>(payout.State.Provider.Value).Describe(cancel) is not { } provider)
        {
            return "there is no such provider";
        }

        if (payout.State.Screening == screening.IdOf(Id, payout.State, provider).Value)
        {
            return null;
        }

        var outcome = await screening.Screen(Id, payout.State, provider, cancel);

        if (outcome is ScreenOutcome.NotNow not)
        {
            return not.Trouble.ToString();
        }

        var (verdict, review) = (ScreenOutcome.Screened)outcome;
        checkpoint.Reach(Checkpoints.PayoutScreened);

        if (review is { State: not ReviewState.Cleared })
        {
            var why = $"in review ({review.Id}): {string.Join(", ", review.Reasons.Select(reason => reason.Code))}";
            await Store(payout.State with { Standing = PayoutStanding.Review, Trouble = why }, cancel);
            return why;
        }

        await this.Save(payout, payout.State with { Screening = verdict.Id.Value });
        return null;
    }

    public async Task Decided(ReviewCase review, CancellationToken cancel = default)
    {
        await Adopt(cancel);

        if (review is { State: ReviewState.Cleared, HasBlockedFunds: true })
        {
            var given = Domain.Ledger.ComplianceJournals.Unblock(review.Id.Value, review.Provider, review.Amount);
            Require(await book.Post(Entry.Of(given), cancel));
            return;
        }

        // Only what still waits for this decision follows it: told again, it has followed already. Where a host died
        // right after it had opened the case the payout does not know that it waits, and cannot be in a chunk either.
        if (payout.State.Standing is not (PayoutStanding.Review or PayoutStanding.Requested))
        {
            return;
        }

        if (review is { State: ReviewState.Cleared, Ending: ReviewEnding.Pay })
        {
            await Store(
                payout.State with
                {
                    Standing = PayoutStanding.Requested,
                    Screening = review.Screening.Value,
                    Trouble = null,
                },
                cancel);
            Wake();
            return;
        }

        await Refuse(review, cancel);
    }

    /// <summary>
    /// The books and the row in one transaction, then the state: a crash between them is healed by the next activation.
    /// </summary>
    private async Task Refuse(ReviewCase review, CancellationToken cancel)
    {
        var isBlocked = review.State == ReviewState.Blocked;
        var next = payout.State with
        {
            Standing = PayoutStanding.Refused,
            Trouble = isBlocked ? $"blocked ({review.Id})" : $"returned ({review.Id})",
        };

        Require(await chunks.Release(
            Id,
            isBlocked
                ? PayoutEntries.Block(review.Id.Value, next.Provider, next.Amount, Row(next))
                : PayoutEntries.Return(Row(next)),
            cancel));
        checkpoint.Reach(Checkpoints.PayoutRefused);
        await this.Save(payout, next);

        if (next.Speed == Domain.Payouts.PayoutSpeed.Instant)
        {
            await Instant.Release(Id, cancel);
        }
    }

    /// <summary>
    /// What the books did not take may be another host's doing: the next activation reads what stands.
    /// </summary>
    private void Require(PostOutcome outcome)
    {
        if (!outcome.Stands)
        {
            DeactivateOnIdle();
            throw new InvalidOperationException($"The books refused a decision about {Id}: {outcome}");
        }
    }
}
