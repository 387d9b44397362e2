namespace Marketplace.Domain.Renders;

/// <summary>Where the review of a frame stands.</summary>
[GenerateSerializer, Alias("FrameReviewState")]
public enum FrameReviewState
{
    /// <summary>Its picture waits for the renter's word.</summary>
    Awaiting = 0,

    /// <summary>The renter has rejected it; the platform traces parts of it again.</summary>
    Checking = 1,

    /// <summary>It was rejected and found sound: it is charged, and made again only as new work.</summary>
    Upheld = 2,

    /// <summary>The renter or the clock has approved it.</summary>
    Approved = 3,

    /// <summary>It is being made again.</summary>
    Remaking = 4,
}
