using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Compliance;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Providers;
using Marketplace.Ledger.Compliance;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// A case of the review queue. The decision is stored first and marked as done when its payout, refund or provider has
/// heard of it, so that a crash between the two is finished by whoever comes next.
/// </summary>
[GrainType("review")]
internal sealed class ReviewGrain(
    ReviewRows rows,
    ScreeningRows screenings,
    AdminActs acts,
    IGrainFactory grains,
    IOptions<PayoutOptions> payouts,
    TimeProvider clock,
    ICheckpoint checkpoint) : Grain, IReviewGrain
{
    /// <summary>Tries of one act when another host changes the case at the same time.</summary>
    private const int TriesMax = 3;

    private ReviewId Id => ReviewId.Parse(this.GetPrimaryKeyString());

    private Usdc FourEyesAbove => payouts.Value.FourEyesAbove;

    public async Task<ReviewCase?> Describe(CancellationToken cancel = default) =>
        (await rows.Find(Id, cancel))?.Case;

    public Task<ReviewOutcome> Claim(Reviewer person, CancellationToken cancel = default) =>
        Act(person, "review.claim", review => ReviewCycle.Claim(review, person), cancel);

    public Task<ReviewOutcome> Release(
        Reviewer person, ReviewEnding ending, CancellationToken cancel = default) =>
        Act(
            person,
            ending == ReviewEnding.Pay ? "review.release" : "review.return",
            review => ReviewCycle.Release(review, person, ending, FourEyesAbove, clock.GetUtcNow()),
            cancel);

    public Task<ReviewOutcome> Approve(Reviewer person, CancellationToken cancel = default) =>
        Act(person, "review.approve", review => ReviewCycle.Approve(review, person, clock.GetUtcNow()), cancel);

    public Task<ReviewOutcome> Block(Reviewer person, CancellationToken cancel = default) =>
        Act(person, "review.block", review => ReviewCycle.Block(review, person, clock.GetUtcNow()), cancel);

    public async Task Finish(CancellationToken cancel = default)
    {
        if (await rows.Find(Id, cancel) is { } stored)
        {
            await Finish(stored, cancel);
        }
    }

    private async Task<ReviewOutcome> Act(
        Reviewer person, string action, Func<ReviewCase, ReviewVerdict> decide, CancellationToken cancel)
    {
        AdminActs.Check(person.Act);

        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            if (await rows.Find(Id, cancel) is not { } stored)
            {
                return new ReviewOutcome.Unknown();
            }

            if (decide(stored.Case) is not ReviewVerdict.Next(var next))
            {
                return Refusal(decide(stored.Case));
            }

            if (ReferenceEquals(next, stored.Case))
            {
                return new ReviewOutcome.Done(next);
            }

            await acts.Record(person.Act, action, Id.Value, cancel);

            if (await rows.Step(stored, next, cancel))
            {
                if (next.State is ReviewState.Cleared or ReviewState.Blocked)
                {
                    checkpoint.Reach(Checkpoints.ReviewDecided);
                }

                return new ReviewOutcome.Done(await Finish(new(next, stored.Version + 1), cancel));
            }
        }

        throw new TimeoutException($"Case {Id} is changed by others all the time.");
    }

    /// <summary>Tells payout or provider what was decided, once it is; being told twice is harmless for them.</summary>
    private async Task<ReviewCase> Finish(StoredReview stored, CancellationToken cancel)
    {
        var review = stored.Case;

        if (review.IsDone || review.State is ReviewState.Open or ReviewState.Claimed)
        {
            return review;
        }

        if (review.State == ReviewState.Cleared)
        {
            await screenings.Clear(review, clock.GetUtcNow(), cancel);
        }

        await Tell(review, cancel);

        var done = review with { IsDone = true };
        return await rows.Step(stored, done, cancel) ? done : (await rows.Find(Id, cancel))!.Case;
    }

    private Task Tell(ReviewCase review, CancellationToken cancel) => review switch
    {
        { Payout: null } => grains.GetGrain<IProviderCaseGrain>(review.Provider.Value).Decided(review, cancel),
        { Purpose: ScreenPurpose.Refund or ScreenPurpose.SuspenseRefund } =>
            grains.GetGrain<IUsdcRefundCaseGrain>(review.Payout).Decided(review, cancel),
        _ => grains.GetGrain<IPayoutCaseGrain>(review.Payout).Decided(review, cancel),
    };

    private static ReviewOutcome Refusal(ReviewVerdict verdict) => verdict switch
    {
        ReviewVerdict.NotClaimed => new ReviewOutcome.NotClaimed(),
        ReviewVerdict.ClaimedByOther => new ReviewOutcome.ClaimedByOther(),
        ReviewVerdict.SamePerson => new ReviewOutcome.SamePerson(),
        ReviewVerdict.NoRelease => new ReviewOutcome.NoRelease(),
        ReviewVerdict.Decided decided => new ReviewOutcome.Decided(decided.State),
        var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
    };
}
