using Marketplace.Domain.Devices;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>
/// How a renter reviews frames. Its money stays in the render's escrow until the last one is decided, and so do the
/// earnings of who made them.
/// </summary>
internal sealed partial class RenderGrain : IReviewedRenderGrain
{
    // The next frame's time may come sooner; this only bounds how late a debt of the account is noticed.
    private static readonly TimeSpan LookReviewed = TimeSpan.FromMinutes(10);

    public async Task<FrameReviewOutcome> Approve(int? frame, CancellationToken cancel = default)
    {
        // A frame that is about to be funded as new work is not to be decided: it is no more what the renter sees.
        await ContinueRetry(cancel);

        if (WhyNotReviewed(frame) is { } none)
        {
            return none;
        }

        if (frame is { } one && IsOpen && Order.IsReviewed() && ReviewOf(one)?.State is FrameReviewState.Checking)
        {
            return new FrameReviewOutcome.Refused(
                "frame-checking", $"Frame {one} was rejected and is being checked: wait for what that finds.");
        }

        var approved = IsOpen
            ? render.State.Reviews.Where(review => review.IsOpen && review.Frame == (frame ?? review.Frame)).ToArray()
            : [];
        await ApproveThese(approved, cancel);
        return new FrameReviewOutcome.Taken(View());
    }

    public async Task<FrameReviewOutcome> Reject(int? frame, string? reason, CancellationToken cancel = default)
    {
        await ContinueRetry(cancel);

        if ((WhyNotReviewed(frame) ?? WhyClosed()) is { } none)
        {
            return none;
        }

        if (frame is { } one && ReviewOf(one)?.WhyNotRejected is { } why)
        {
            return Refused(one, why);
        }

        var now = clock.GetUtcNow();
        var rejected = render.State.Reviews
            .Where(review => review.State == FrameReviewState.Awaiting && review.WhyNotRejected is null)
            .Where(review => review.Frame == (frame ?? review.Frame))
            .Select(review => review.Frame)
            .ToHashSet();

        if (rejected.Count > 0)
        {
            await Store(render.State with
            {
                Reviews = Changed(rejected, review => review.Reject(reason, now)),
            });
            await register.Put([Row(NextLook(now))], cancel);
            ResumeChecks();
        }

        return new FrameReviewOutcome.Taken(View());
    }

    private bool IsReviewOver => !Order.IsReviewed() || render.State.Reviews.All(review => review.IsDecided);

    private bool IsChecking => render.State.Reviews.Any(review => review.State == FrameReviewState.Checking);

    /// <summary>The picture that each frame has, one that is about to be replaced included.</summary>
    private IEnumerable<FinishedFrame> Pictures() => render.State.Frames
        .Where(frame => !frame.IsDropped)
        .GroupBy(frame => frame.Frame)
        .Select(frame => frame.Last());

    /// <summary>Frames of which nothing is left to be made.</summary>
    private IEnumerable<FinishedFrame> Made()
    {
        var again = render.State.Reviews
            .Where(review => review.State == FrameReviewState.Remaking)
            .Select(review => review.Frame)
            .ToHashSet();

        return Pictures().Where(frame => !again.Contains(frame.Frame));
    }

    private FrameReview? ReviewOf(int frame) =>
        render.State.Reviews.FirstOrDefault(review => review.Frame == frame);

    private IFrameRecordGrain Record(int frame) =>
        GrainFactory.GetGrain<IFrameRecordGrain>(FrameRecordGrain.KeyOf(Id, frame));

    private bool IsBarred(DeviceId device, int frame) =>
        render.State.Bars.Any(bar => bar.Device == device && bar.Frame == frame);

    private bool IsRemade(int frame) => render.State.Bars.Any(bar => bar.Frame == frame);

    /// <summary>When only the renter's word, or a check, is missing: the next look at that. Else null.</summary>
    private DateTimeOffset? ReviewLook(DateTimeOffset now)
    {
        if (render.State.Review.Since is null)
        {
            return null;
        }

        return IsChecking
            ? now + market.Value.LookRunning
            : render.State.Reviews.Where(review => review.IsOpen)
                .Select(review => review.ApproveAt)
                .Append(now + LookReviewed)
                .Min();
    }

    /// <summary>The frame waits for its renter's word, where that was ordered.</summary>
    private RenderState Delivered(int frame, RenderState next)
    {
        if (!Order.IsReviewed())
        {
            return next;
        }

        var now = clock.GetUtcNow();
        var review = FrameReview.Delivered(ReviewOf(frame), frame, now, options.Value.AutoApproveAfter);
        var isLast = Made().Select(made => made.Frame).Append(frame).Distinct().Count() == Order.Frames.Count;

        return next with
        {
            Reviews = [.. render.State.Reviews.Where(known => known.Frame != frame), review],
            Review = isLast ? render.State.Review.Begin(now) : render.State.Review,
        };
    }

    /// <summary>A render that is over has no frame that waits: what was made is charged, and the renter's.</summary>
    private static FrameReview? ShownReview(FrameReview? review, bool isOver) =>
        isOver && review is { State: not FrameReviewState.Remaking }
            ? review with { State = FrameReviewState.Approved }
            : review;

    private IReadOnlyList<FrameReview> Changed(HashSet<int> frames, Func<FrameReview, FrameReview> change) =>
        [.. render.State.Reviews.Select(review => frames.Contains(review.Frame) ? change(review) : review)];

    private FrameReviewOutcome? WhyNotReviewed(int? frame)
    {
        if (render.State.Order is null)
        {
            // A guessed id leaves nothing behind in memory.
            DeactivateOnIdle();
        }

        if (!_funded || (frame is { } wanted && !Order.Frames.Contains(wanted)))
        {
            return new FrameReviewOutcome.NotThere();
        }

        return frame is { } one && Made().All(made => made.Frame != one) ? Refused(one, RejectRefusal.NotReady) : null;
    }

    private FrameReviewOutcome.Refused? WhyClosed() => !Order.IsReviewed()
        ? new(
            "approval-automatic",
            "Frames of this render were approved as they were made. Order with approval: manual to look at them first.")
        : !IsOpen ? new("render-over", $"The render is over since {render.State.Settlement?.EndedAt:O}.")
        : null;

    private static FrameReviewOutcome.Refused Refused(int frame, RejectRefusal why) => why switch
    {
        RejectRefusal.Approved => new("frame-approved", $"Frame {frame} is approved."),
        RejectRefusal.Upheld => new(
            "frame-upheld",
            $"Frame {frame} was rejected, checked and found sound. Approve it, or have it made again as new work."),
        RejectRefusal.UsedUp => new(
            "rejections-used-up",
            $"Frame {frame} was rejected {RenderLimits.RejectionsMax} times, which is as often as is allowed."),
        _ => new("frame-not-ready", $"Frame {frame} is not finished."),
    };

    private async Task ApproveThese(FrameReview[] approved, CancellationToken cancel)
    {
        if (approved.Length == 0)
        {
            return;
        }

        var (now, frames) = (clock.GetUtcNow(), approved.Select(review => review.Frame).ToHashSet());

        // Nothing of them is made again, so nobody asks how many samples they were to get.
        await Store(render.State with
        {
            Reviews = Changed(frames, review => review.Approve(now)),
            Looks = [.. render.State.Looks.Where(look => !frames.Contains(look.Frame))],
        });

        foreach (var frame in frames)
        {
            // Nobody looks at them again; where this is lost they lie about, and do no harm.
            Record(frame).Forget(CancellationToken.None).Ignore();
        }

        await EndWhenFinished(cancel);
    }

    /// <summary>Approves what the renter has not decided in time, and sees to checks without an end.</summary>
    private async Task LookAtReviews(DateTimeOffset now, CancellationToken cancel)
    {
        if (!IsOpen || !Order.IsReviewed())
        {
            return;
        }

        await ApproveThese(
            [.. render.State.Reviews.Where(review => review.IsOpen && now >= review.ApproveAt)], cancel);
        await EndLateChecks(now, cancel);
        ResumeChecks();
    }

    /// <summary>These units are charged no more: those of a frame whose picture was taken back.</summary>
    private RenderShare[] Uncredited(IEnumerable<DoneUnit> units)
    {
        var shares = render.State.Shares.ToArray();

        foreach (var done in units)
        {
            var share = shares[done.Share];
            shares[done.Share] = share.Minus(
                _units[done.Unit], ReceiptText.Hash($"{share.Digest}-{done.Sha256}")) with
            {
                Signed = share.Signed - (done.IsSigned ? 1 : 0),
                Audits = share.Audits.Without(done.Audit),
                Results = share.Results?.Where(result => result.Attempt != done.Attempt).ToArray(),
            };
        }

        return shares;
    }
}
