using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// How a case moves: open → claimed → cleared or blocked. A release takes two people above an amount, when the list
/// stops it, whenever money was blocked already, and to send back a deposit that nobody was found to own.
/// </summary>
public static class ReviewCycle
{
    public static ReviewVerdict Claim(ReviewCase review, Reviewer person) => review switch
    {
        { State: ReviewState.Open } =>
            new ReviewVerdict.Next(review with { State = ReviewState.Claimed, ClaimedBy = person }),
        { State: ReviewState.Claimed } => IsSame(review.ClaimedBy, person)
            ? new ReviewVerdict.Next(review)
            : new ReviewVerdict.ClaimedByOther(),
        _ => new ReviewVerdict.Decided(review.State),
    };

    /// <summary>Wants it released; where one person is enough it is cleared by that.</summary>
    public static ReviewVerdict Release(
        ReviewCase review, Reviewer person, ReviewEnding ending, Usdc fourEyesAbove, DateTimeOffset now)
    {
        if (WhyNotMine(review, person) is { } why && review is not { State: ReviewState.Blocked, IsDone: true })
        {
            return why;
        }

        // Money that was blocked left its payout: it can only be given back.
        var asked = review with
        {
            ReleaseAskedBy = person,
            Ending = review.State == ReviewState.Blocked ? ReviewEnding.Return : ending,
        };

        return new ReviewVerdict.Next(NeedsTwo(asked, fourEyesAbove) ? asked : Clear(asked, person, now));
    }

    /// <summary>The second person agrees to the release.</summary>
    public static ReviewVerdict Approve(ReviewCase review, Reviewer person, DateTimeOffset now) => review switch
    {
        { State: ReviewState.Cleared } or { State: ReviewState.Blocked, IsDone: false } =>
            new ReviewVerdict.Decided(review.State),
        { ReleaseAskedBy: null } => new ReviewVerdict.NoRelease(),
        _ when IsSame(review.ReleaseAskedBy, person) => new ReviewVerdict.SamePerson(),
        _ => new ReviewVerdict.Next(Clear(review, person, now)),
    };

    public static ReviewVerdict Block(ReviewCase review, Reviewer person, DateTimeOffset now) =>
        WhyNotMine(review, person) ?? new ReviewVerdict.Next(review with
        {
            State = ReviewState.Blocked,
            ReleaseAskedBy = null,
            DecidedBy = person,
            DecidedAt = now,
            HasBlockedFunds = review.Payout is not null,
            IsDone = false,
        });

    public static bool NeedsTwo(ReviewCase review, Usdc fourEyesAbove) =>
        review.Amount > fourEyesAbove || review.Band == ScreenBand.Block || review.State == ReviewState.Blocked
        || review is { Purpose: ScreenPurpose.SuspenseRefund, Ending: ReviewEnding.Pay };

    private static ReviewCase Clear(ReviewCase review, Reviewer person, DateTimeOffset now) =>
        review with { State = ReviewState.Cleared, DecidedBy = person, DecidedAt = now, IsDone = false };

    private static ReviewVerdict? WhyNotMine(ReviewCase review, Reviewer person) => review switch
    {
        { State: ReviewState.Open } => new ReviewVerdict.NotClaimed(),
        { State: ReviewState.Claimed } =>
            IsSame(review.ClaimedBy, person) ? null : new ReviewVerdict.ClaimedByOther(),
        _ => new ReviewVerdict.Decided(review.State),
    };

    private static bool IsSame(Reviewer? one, Reviewer other) => one?.Account == other.Account;
}
