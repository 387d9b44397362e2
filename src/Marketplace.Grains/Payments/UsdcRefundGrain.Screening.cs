using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Compliance;

namespace Marketplace.Grains.Payments;

internal sealed partial class UsdcRefundGrain
{
    public Task Refresh(CancellationToken cancel = default) => Look(cancel);

    public async Task SetAside(string why, CancellationToken cancel = default)
    {
        await Look(cancel);
        await Change(
            refund => refund.State is UsdcRefundStates.Requested or UsdcRefundStates.Frozen
                ? refund with { State = UsdcRefundStates.Frozen, Trouble = why }
                : refund,
            cancel);
    }

    public async Task<string?> Screen(CancellationToken cancel = default)
    {
        if (await Look(cancel) is not { } refund)
        {
            return "there is no such refund";
        }

        if (refund.State != UsdcRefundStates.Requested)
        {
            return refund.Trouble ?? refund.State;
        }

        var name = await NameOf(refund, cancel);

        if (refund.Screening == screening.IdOf(refund, name).Value)
        {
            return null;
        }

        var outcome = await screening.Screen(refund, name, cancel);

        if (outcome is ScreenOutcome.NotNow not)
        {
            return not.Trouble.ToString();
        }

        var (verdict, review) = (ScreenOutcome.Screened)outcome;
        checkpoint.Reach(Checkpoints.UsdcRefundScreened);

        if (review is { IsDone: false, State: ReviewState.Cleared or ReviewState.Blocked })
        {
            return $"decided ({review.Id})";
        }

        if (review is { State: not ReviewState.Cleared })
        {
            var why = $"in review ({review.Id}): {string.Join(", ", review.Reasons.Select(reason => reason.Code))}";
            await Change(
                one => one.State == UsdcRefundStates.Requested
                    ? one with { State = UsdcRefundStates.Review, Trouble = why }
                    : one,
                cancel);
            return why;
        }

        await Change(
            one => one.State == UsdcRefundStates.Requested ? one with { Screening = verdict.Id.Value } : one, cancel);
        return null;
    }

    public async Task Decided(ReviewCase review, CancellationToken cancel = default)
    {
        for (var tries = 0; tries < TriesMax; tries++)
        {
            if (await Look(cancel) is null || await rows.Find(Id, cancel) is not { } stored
                || await Follow(stored.Refund, review, next => Apply(stored, next, cancel)))
            {
                return;
            }
        }

        throw new TimeoutException($"{Id} changes too often to follow {review.Id} now.");
    }

    /// <summary>What a decision makes of it; true when there is nothing left to do about it.</summary>
    private static async Task<bool> Follow(UsdcRefund refund, ReviewCase review, Func<UsdcRefund, Task<bool>> apply)
    {
        if (review is { State: ReviewState.Cleared, HasBlockedFunds: true })
        {
            // Only what this case has blocked, and once.
            return refund.BlockedBy != review.Id.Value
                || await apply(refund with { BlockedBy = null, Trouble = $"returned ({review.Id})" });
        }

        // Only what still waits for this decision follows it: told again, it has followed already.
        if (refund.State is not (UsdcRefundStates.Review or UsdcRefundStates.Requested))
        {
            return true;
        }

        var next = review switch
        {
            { State: ReviewState.Cleared, Ending: ReviewEnding.Pay } => refund with
            {
                State = UsdcRefundStates.Requested,
                Screening = review.Screening.Value,
                Trouble = null,
            },
            { State: ReviewState.Blocked } => refund with
            {
                State = UsdcRefundStates.Refused,
                BlockedBy = review.Id.Value,
                Trouble = $"blocked ({review.Id})",
            },
            _ => refund with { State = UsdcRefundStates.Refused, Trouble = $"returned ({review.Id})" },
        };

        return next == refund || await apply(next);
    }

    private async Task<bool> Apply(
        Marketplace.Ledger.Payments.StoredUsdcRefund stored, UsdcRefund next, CancellationToken cancel)
    {
        var isDone = (stored.Refund, next) switch
        {
            ({ BlockedBy: not null }, { BlockedBy: null }) => await rows.Unblock(stored, next, cancel),
            (_, { State: UsdcRefundStates.Refused }) => await rows.Refuse(stored, next, cancel),
            _ => await rows.Step(stored, next, cancel),
        };

        if (isDone && next.State == UsdcRefundStates.Refused)
        {
            checkpoint.Reach(Checkpoints.UsdcRefundRefused);
        }
        else if (isDone)
        {
            Wake(next.Rail);
        }

        return isDone;
    }

    /// <summary>What a customer goes by where no beneficiary was named.</summary>
    private async Task<string> NameOf(UsdcRefund refund, CancellationToken cancel) =>
        refund is { Account: { } account, Beneficiary.LegalName: null }
            ? (await grains.GetGrain<IAccountGrain>(account.Value).Describe(cancel))?.Name ?? string.Empty
            : refund.Beneficiary.LegalName ?? string.Empty;
}
