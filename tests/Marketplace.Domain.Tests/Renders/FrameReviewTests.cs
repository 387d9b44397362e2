using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Renders;

public sealed class FrameReviewTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromHours(72);

    private static readonly RenderUnit Unit = new(0, 1, 0, 0, 128, 128, 0, 16);

    [Theory]
    [InlineData(FrameReviewState.Awaiting, null, false)]
    [InlineData(FrameReviewState.Checking, null, false)]
    [InlineData(FrameReviewState.Upheld, RejectRefusal.Upheld, true)]
    [InlineData(FrameReviewState.Approved, RejectRefusal.Approved, true)]
    [InlineData(FrameReviewState.Remaking, RejectRefusal.NotReady, false)]
    public void Only_a_picture_that_waits_is_rejected_and_only_a_decided_one_given_out(
        FrameReviewState state, RejectRefusal? why, bool isReleased)
    {
        var review = FrameReview.Delivered(null, 1, Start, Window) with { State = state };

        Assert.Equal(why, review.WhyNotRejected);
        Assert.Equal(isReleased, review.IsReleased);
    }

    [Fact]
    public void Rejections_are_counted_over_all_pictures_of_a_frame()
    {
        var review = FrameReview.Delivered(null, 1, Start, Window);

        for (var rejection = 1; rejection <= RenderLimits.RejectionsMax; rejection++)
        {
            Assert.Null(review.WhyNotRejected);
            review = FrameReview.Delivered(review.Reject("no", Start).Remake("x", Start), 1, Start, Window);
            Assert.Equal(rejection, review.Rejections);
        }

        Assert.Equal(RejectRefusal.UsedUp, review.WhyNotRejected);
    }

    [Fact]
    public void A_picture_that_is_paid_for_stays_while_another_is_made_and_one_that_does_not_stand_goes()
    {
        var upheld = FrameReview.Delivered(null, 1, Start, Window).Reject(null, Start).Uphold("it stands", Start);

        Assert.True(upheld.Retry(Start).IsReleased);
        Assert.False(upheld.Remake("it does not stand", Start).IsReleased);
        var second = FrameReview.Delivered(upheld.Retry(Start), 1, Start, Window);
        Assert.False(second.IsReleased);
        Assert.True(second.Reject(null, Start).Remake("it does not stand", Start).IsReleased);
    }

    [Fact]
    public void The_clock_of_reviews_runs_only_while_nothing_is_left_to_be_made()
    {
        var clock = ReviewClock.None.Begin(Start);
        Assert.Equal(TimeSpan.FromHours(2), clock.Begin(Start.AddHours(1)).Total(Start.AddHours(2)));

        var ended = clock.End(Start.AddHours(3), TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromHours(3), ended.Total(Start.AddHours(9)));
        Assert.Equal(TimeSpan.FromHours(4), ended.Begin(Start.AddHours(9)).Total(Start.AddHours(10)));
    }

    [Fact]
    public void What_is_made_again_gets_back_the_time_that_was_spent_on_making()
    {
        var clock = ReviewClock.None.Begin(Start);

        Assert.Equal(TimeSpan.FromHours(3.5), clock.End(Start.AddHours(3), TimeSpan.FromHours(0.5)).Total(Start.AddHours(9)));
        Assert.Equal(TimeSpan.FromHours(3), clock.End(Start.AddHours(3), TimeSpan.FromHours(-1)).Total(Start.AddHours(9)));
    }

    [Fact]
    public void A_frame_that_nobody_could_check_waits_for_its_renters_word_again_and_the_rejection_counts()
    {
        var later = Start.AddHours(5);
        var checking = FrameReview.Delivered(null, 1, Start, Window).Reject("no", Start).BeginCheck(Start.AddHours(1));

        Assert.Equal(Start.AddHours(1), checking.BeginCheck(later).CheckedFrom);
        var back = checking.GiveBack("no time", later, Window);

        Assert.Equal((FrameReviewState.Awaiting, later + Window, 1), (back.State, back.ApproveAt, back.Rejections));
        Assert.Null(back.WhyNotRejected);
        Assert.Null(back.Reject("no", later).CheckedFrom);
    }

    [Fact]
    public void Units_that_are_taken_back_leave_the_charge_as_it_was() =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 20], Gen.Long[1, 1_000_000]).Sample((before, taken, ask) =>
        {
            var share = Enumerable.Range(0, before).Aggregate(Share(ask), (sum, _) => sum.Plus(Unit, sum.Last, "x"));
            var more = Enumerable.Range(0, taken).Aggregate(share, (sum, _) => sum.Plus(Unit, sum.Last, "x"));
            var back = Enumerable.Range(0, taken).Aggregate(more, (sum, _) => sum.Minus(Unit, "x"));

            Assert.Equal((share.Units, share.PixelSamples), (back.Units, back.PixelSamples));
            Assert.Equal(
                FrameBill.Total(FrameBill.Of([share], Usdc.Largest)), FrameBill.Total(FrameBill.Of([back], Usdc.Largest)));
        });

    [Fact]
    public void The_last_attempt_that_is_charged_is_none_that_was_taken_back_where_the_results_tell()
    {
        AttemptId[] attempts = [.. Enumerable.Range(0, 2).Select(_ => AttemptId.From(Guid.NewGuid()))];
        var both = attempts.Aggregate(Share(1), (sum, attempt) => sum.Plus(Unit, attempt, "x")) with
        {
            Signed = 2,
            Results = [.. attempts.Select(Result)],
        };
        var one = both.Minus(Unit, "x") with { Signed = 1, Results = [Result(attempts[0])] };

        Assert.Equal(attempts[1], both.LastCharged);
        Assert.Equal(attempts[0], one.LastCharged);
        Assert.Equal(attempts[1], (one with { Units = 2 }).LastCharged);
        Assert.Equal(attempts[1], (one with { Results = null }).LastCharged);

        static SignedResult Result(AttemptId attempt) => new(attempt, "00", new Dictionary<string, long>(), "key", "sig");
    }

    [Fact]
    public void A_used_unit_that_is_taken_back_is_in_no_count_of_checks()
    {
        var passed = new UnitAudit(
            new("00", "2026-01-05", 1, true), new(LeafVerdict.Accepted, 2, AuditDraw.Million, null));

        Assert.Equal(UnitAudits.None, UnitAudits.None.With(passed).Without(passed));
        Assert.Equal(UnitAudits.None, UnitAudits.None.With(null).Without(null));
    }

    private static RenderShare Share(long ask) => new(
        ProviderId.From(Guid.NewGuid()),
        DeviceId.From(Guid.NewGuid()),
        new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(ask)),
        AttemptId.From(Guid.NewGuid()),
        0,
        0,
        string.Empty);
}
