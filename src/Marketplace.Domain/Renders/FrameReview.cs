namespace Marketplace.Domain.Renders;

/// <summary>
/// The review of one frame of a render that is approved by hand. It outlives the picture: what was rejected or made
/// again is counted over all of them.
/// </summary>
/// <param name="Frame">Frame number.</param>
/// <param name="State">Where it stands.</param>
/// <param name="DeliveredAt">When the picture that it is about was made.</param>
/// <param name="ApproveAt">Approved by then, unless it is decided before.</param>
[GenerateSerializer, Immutable, Alias("FrameReview")]
public sealed record FrameReview(
    [property: Id(0)] int Frame,
    [property: Id(1)] FrameReviewState State,
    [property: Id(2)] DateTimeOffset DeliveredAt,
    [property: Id(3)] DateTimeOffset ApproveAt)
{
    /// <summary>How often it was rejected.</summary>
    [Id(4)]
    public int Rejections { get; init; }

    /// <summary>How often it was made again as new work.</summary>
    [Id(5)]
    public int Retries { get; init; }

    /// <summary>The renter's words at the last rejection, or null.</summary>
    [Id(6)]
    public string? Reason { get; init; }

    /// <summary>When it was last rejected, approved or judged.</summary>
    [Id(7)]
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What the check after the last rejection found, for people, or null.</summary>
    [Id(8)]
    public string? Finding { get; init; }

    /// <summary>Whether the renter may have the picture as it was made: it is paid for in any case.</summary>
    public bool IsReleased => State is FrameReviewState.Approved or FrameReviewState.Upheld || IsBought;

    /// <summary>Whether nothing is to come before the render may end.</summary>
    public bool IsDecided => State is FrameReviewState.Approved;

    /// <summary>Whether a word of approval, or the clock, ends it.</summary>
    public bool IsOpen => State is FrameReviewState.Awaiting or FrameReviewState.Upheld;

    /// <summary>Whether it is made again while an earlier picture of it, paid for, stands.</summary>
    [Id(9)]
    public bool IsBought { get; init; }

    /// <summary>When the check after the last rejection began; null while it waits for others to end.</summary>
    [Id(10)]
    public DateTimeOffset? CheckedFrom { get; init; }

    /// <summary>A picture was made: of a frame that is new, or made again.</summary>
    public static FrameReview Delivered(FrameReview? before, int frame, DateTimeOffset now, TimeSpan window) =>
        (before ?? new(frame, FrameReviewState.Awaiting, now, now)) with
        {
            State = FrameReviewState.Awaiting,
            DeliveredAt = now,
            ApproveAt = now + window,
            IsBought = false,
        };

    public FrameReview Approve(DateTimeOffset now) => this with { State = FrameReviewState.Approved, DecidedAt = now };

    /// <summary>Why it cannot be rejected, or null.</summary>
    public RejectRefusal? WhyNotRejected => State switch
    {
        FrameReviewState.Approved => RejectRefusal.Approved,
        FrameReviewState.Upheld => RejectRefusal.Upheld,
        FrameReviewState.Remaking => RejectRefusal.NotReady,
        FrameReviewState.Awaiting when Rejections >= RenderLimits.RejectionsMax => RejectRefusal.UsedUp,
        _ => null,
    };

    /// <summary>Rejected, and to be checked.</summary>
    public FrameReview Reject(string? reason, DateTimeOffset now) => this with
    {
        State = FrameReviewState.Checking,
        Rejections = Rejections + 1,
        Reason = reason,
        Finding = null,
        DecidedAt = now,
        CheckedFrom = null,
    };

    /// <summary>Its check begins. One that a crash forgot began when it first did, so that it has an end.</summary>
    public FrameReview BeginCheck(DateTimeOffset now) => this with { CheckedFrom = CheckedFrom ?? now };

    /// <summary>
    /// Nothing of it could be checked: it waits for the renter's word again, for a whole window. The rejection counts,
    /// since a frame that can never be checked would otherwise never be decided.
    /// </summary>
    public FrameReview GiveBack(string finding, DateTimeOffset now, TimeSpan window) => this with
    {
        State = FrameReviewState.Awaiting,
        ApproveAt = now + window,
        Finding = finding,
        DecidedAt = now,
        CheckedFrom = null,
    };

    /// <summary>The check has found nothing against it; the time for a word of the renter goes on.</summary>
    public FrameReview Uphold(string finding, DateTimeOffset now) => this with
    {
        State = FrameReviewState.Upheld,
        Finding = finding,
        DecidedAt = now,
    };

    /// <summary>
    /// Made again, free of charge, since something of it does not stand. Where this was new work already, the picture
    /// before it is paid for.
    /// </summary>
    public FrameReview Remake(string finding, DateTimeOffset now) => this with
    {
        State = FrameReviewState.Remaking,
        IsBought = Retries > 0,
        Finding = finding,
        DecidedAt = now,
    };

    /// <summary>Made again as new work; the picture that is there stays until then.</summary>
    public FrameReview Retry(DateTimeOffset now) => this with
    {
        State = FrameReviewState.Remaking,
        Retries = Retries + 1,
        IsBought = true,
        Finding = null,
        DecidedAt = now,
    };
}
