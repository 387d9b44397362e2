using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>The review of a frame.</summary>
/// <param name="State" example="awaiting">
/// awaiting (your word), checking (rejected, the platform traces parts of it again), upheld (rejected and found sound),
/// approved, or remaking.
/// </param>
/// <param name="DeliveredAt">When the picture was made.</param>
/// <param name="ApproveAt">Approved by then unless you decide before; null unless it waits for your word.</param>
/// <param name="Rejections" example="0">How often it was rejected; 3 at most.</param>
/// <param name="Retries" example="0">How often it was made again as new work; 3 at most.</param>
/// <param name="Reason">Your words at the last rejection, or null.</param>
/// <param name="Finding">What the check after that found, or null.</param>
internal sealed record FrameReviewResponse(
    FrameReviewState State,
    DateTimeOffset DeliveredAt,
    DateTimeOffset? ApproveAt,
    int Rejections,
    int Retries,
    string? Reason,
    string? Finding)
{
    public static FrameReviewResponse? From(FrameReview? review) => review is null
        ? null
        : new(
            review.State,
            review.DeliveredAt,
            review.IsOpen ? review.ApproveAt : null,
            review.Rejections,
            review.Retries,
            review.Reason,
            review.Finding);
}
