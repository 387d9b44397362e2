using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Compliance;

public sealed class ReviewCycleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Usdc Edge = Usdc.Parse("100");
    private static readonly Reviewer Ada = Person(1);
    private static readonly Reviewer Bob = Person(2);

    private static readonly ReviewCase Small = new()
    {
        Id = ReviewId.From(PrefixedId.Derive("review", "1")),
        Screening = ScreeningId.From(PrefixedId.Derive("screening", "1")),
        Purpose = ScreenPurpose.Payout,
        Provider = ProviderId.From(PrefixedId.Derive("provider", "1")),
        Payout = "pay_1",
        Amount = Edge,
        Band = ScreenBand.Review,
        OpenedAt = Now,
        DueAt = Now.AddDays(1),
    };

    private static readonly ReviewCase Large = Small with { Amount = Usdc.Parse("100.000001") };

    [Fact]
    public void One_person_releases_what_is_not_above_the_edge()
    {
        var cleared = Next(Release(Next(ReviewCycle.Claim(Small, Ada)), Ada));

        Assert.Equal((ReviewState.Cleared, ReviewEnding.Pay, Ada), (cleared.State, cleared.Ending, cleared.DecidedBy));
    }

    [Fact]
    public void What_is_above_takes_another_person()
    {
        var asked = Next(Release(Next(ReviewCycle.Claim(Large, Ada)), Ada));
        var sameWithAnotherKey = Ada with { Key = "key_other" };

        Assert.Equal(ReviewState.Claimed, asked.State);
        Assert.IsType<ReviewVerdict.SamePerson>(ReviewCycle.Approve(asked, sameWithAnotherKey, Now));
        Assert.Equal((ReviewState.Cleared, Bob), (Next(ReviewCycle.Approve(asked, Bob, Now)).State, Next(ReviewCycle.Approve(asked, Bob, Now)).DecidedBy));
    }

    [Fact]
    public void What_the_list_stops_takes_another_person_whatever_the_amount() => Assert.Equal(
        ReviewState.Claimed,
        Next(Release(Next(ReviewCycle.Claim(Small with { Band = ScreenBand.Block }, Ada)), Ada)).State);

    [Fact]
    public void A_deposit_without_an_owner_is_sent_back_by_two_people_and_returned_by_one()
    {
        var claimed = Next(ReviewCycle.Claim(Small with { Purpose = ScreenPurpose.SuspenseRefund }, Ada));

        Assert.Equal(ReviewState.Claimed, Next(Release(claimed, Ada)).State);
        Assert.IsType<ReviewVerdict.SamePerson>(ReviewCycle.Approve(Next(Release(claimed, Ada)), Ada, Now));
        Assert.Equal(ReviewState.Cleared, Next(ReviewCycle.Approve(Next(Release(claimed, Ada)), Bob, Now)).State);
        Assert.Equal(
            ReviewState.Cleared, Next(ReviewCycle.Release(claimed, Ada, ReviewEnding.Return, Edge, Now)).State);
    }

    [Fact]
    public void Only_who_has_claimed_it_decides()
    {
        var claimed = Next(ReviewCycle.Claim(Small, Ada));

        Assert.IsType<ReviewVerdict.NotClaimed>(Release(Small, Ada));
        Assert.IsType<ReviewVerdict.NotClaimed>(ReviewCycle.Block(Small, Ada, Now));
        Assert.IsType<ReviewVerdict.ClaimedByOther>(ReviewCycle.Claim(claimed, Bob));
        Assert.IsType<ReviewVerdict.ClaimedByOther>(Release(claimed, Bob));
        Assert.IsType<ReviewVerdict.ClaimedByOther>(ReviewCycle.Block(claimed, Bob, Now));
        Assert.IsType<ReviewVerdict.NoRelease>(ReviewCycle.Approve(claimed, Bob, Now));
    }

    [Fact]
    public void Blocked_money_can_only_be_given_back_and_by_two()
    {
        var blocked = Next(ReviewCycle.Block(Next(ReviewCycle.Claim(Small, Ada)), Ada, Now));
        Assert.IsType<ReviewVerdict.Decided>(Release(blocked, Ada));

        var asked = Next(Release(blocked with { IsDone = true }, Ada));
        var back = Next(ReviewCycle.Approve(asked, Bob, Now));

        Assert.Equal(ReviewState.Blocked, asked.State);
        Assert.Equal((ReviewState.Cleared, ReviewEnding.Return, true), (back.State, back.Ending, back.HasBlockedFunds));
        Assert.False(back.IsDone);
    }

    [Fact]
    public void What_is_cleared_stays_so()
    {
        var cleared = Next(Release(Next(ReviewCycle.Claim(Small, Ada)), Ada));

        Assert.IsType<ReviewVerdict.Decided>(ReviewCycle.Block(cleared, Ada, Now));
        Assert.IsType<ReviewVerdict.Decided>(ReviewCycle.Claim(cleared, Ada));
        Assert.IsType<ReviewVerdict.Decided>(ReviewCycle.Approve(cleared, Bob, Now));
    }

    /// <summary>Whatever people do in whatever order, one alone never releases what takes two.</summary>
    [Fact]
    public void Nobody_alone_releases_what_takes_two() => Gen.Select(Gen.Int[0, 3], Gen.Int[1, 3]).Array[1, 12].Sample(acts =>
    {
        var review = Large;
        var acted = new HashSet<AccountId>();

        foreach (var (act, who) in acts)
        {
            var person = Person(who);
            var verdict = act switch
            {
                0 => ReviewCycle.Claim(review, person),
                1 => Release(review, person),
                2 => ReviewCycle.Approve(review, person, Now),
                _ => ReviewCycle.Block(review, person, Now),
            };

            if (verdict is ReviewVerdict.Next(var next))
            {
                if (act is 1 or 2)
                {
                    acted.Add(person.Account);
                }

                review = next.State == ReviewState.Blocked ? next with { IsDone = true } : next;
            }
        }

        Assert.True(review.State != ReviewState.Cleared || acted.Count >= 2);
        Assert.True(review.State != ReviewState.Cleared || review.ReleaseAskedBy!.Account != review.DecidedBy!.Account);
    });

    private static Reviewer Person(int number) =>
        new(AccountId.From(PrefixedId.Derive("person", $"{number}")), $"key_{number}", "looked into it");

    private static ReviewVerdict Release(ReviewCase review, Reviewer person) =>
        ReviewCycle.Release(review, person, ReviewEnding.Pay, Edge, Now);

    private static ReviewCase Next(ReviewVerdict verdict) => Assert.IsType<ReviewVerdict.Next>(verdict).Case;
}
