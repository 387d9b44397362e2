using System.Diagnostics;
using Marketplace.Api.Admin;
using Marketplace.Api.Http;
using Marketplace.Domain.Compliance;
using Marketplace.Grains.Abstractions.Compliance;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Compliance;

/// <summary>
/// The review queue. Keys of compliance decide; keys of finance see it and give the second yes; administrators do both.
/// </summary>
internal static class ReviewAdminEndpoints
{
    public static void MapReviewAdmin(this IEndpointRouteBuilder admin)
    {
        var reviews = admin.MapGroup("/reviews").WithTags("Reviews").RequireAuthorization(Policies.Reviews);

        reviews.MapGet("", ListReviews).RefusesWith(400, 401, 403);
        reviews.MapGet("/{reviewId}", GetReview).RefusesWith(401, 403, 404);
        reviews.MapPost("/{reviewId}/claim", ClaimReview).RefusesWith(400, 401, 403, 404, 409)
            .RequireAuthorization(Policies.Decisions);
        reviews.MapPost("/{reviewId}/release", ReleaseReview).RefusesWith(400, 401, 403, 404, 409)
            .RequireAuthorization(Policies.Decisions);
        reviews.MapPost("/{reviewId}/approve", ApproveReview).RefusesWith(400, 401, 403, 404, 409);
        reviews.MapPost("/{reviewId}/block", BlockReview).RefusesWith(400, 401, 403, 404, 409)
            .RequireAuthorization(Policies.Decisions);
    }

    /// <summary>Cases, newest first: open, claimed, cleared or blocked; of one provider when asked so.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListReviews(
        [AsParameters] PageQuery page, string? state, string? provider, Desk desk) =>
        desk.Show(Lists.Review, page, provider, state);

    /// <summary>A case with everything that was found.</summary>
    private static async Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> GetReview(string reviewId, Desk desk) =>
        Ids.Read<ReviewId>(reviewId, out var id)
        && await desk.Grains.GetGrain<IReviewGrain>(id.Value).Describe() is { } review
            ? TypedResults.Ok(ReviewResponse.From(review))
            : Problems.NotFound("review");

    /// <summary>Takes a case: nobody else can decide it then.</summary>
    private static Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> ClaimReview(
        string reviewId, ReasonRequest request, Requester me, Desk desk) =>
        Act(reviewId, request.Check(), desk, review => review.Claim(me.Reviewer(request.Reason)));

    /// <summary>
    /// Decides for the provider. It takes a second person, who approves, above Payouts:FourEyesAboveUsdc, when the
    /// sanctions list stops it, and for money that was blocked.
    /// </summary>
    private static Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> ReleaseReview(
        string reviewId, ReleaseReviewRequest request, Requester me, Desk desk) =>
        Act(
            reviewId,
            request.Check(),
            desk,
            review => review.Release(me.Reviewer(request.Reason), request.ToEnding()));

    /// <summary>Agrees to a release that somebody else has asked for.</summary>
    private static Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> ApproveReview(
        string reviewId, ReasonRequest request, Requester me, Desk desk) =>
        Act(reviewId, request.Check(), desk, review => review.Approve(me.Reviewer(request.Reason)));

    /// <summary>Decides against the provider: a payout's money is blocked, a provider is suspended.</summary>
    private static Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> BlockReview(
        string reviewId, ReasonRequest request, Requester me, Desk desk) =>
        Act(reviewId, request.Check(), desk, review => review.Block(me.Reviewer(request.Reason)));

    private static async Task<Results<Ok<ReviewResponse>, ProblemHttpResult>> Act(
        string reviewId, Faults faults, Desk desk, Func<IReviewGrain, Task<ReviewOutcome>> act)
    {
        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (!Ids.Read<ReviewId>(reviewId, out var id))
        {
            return Problems.NotFound("review");
        }

        return await act(desk.Grains.GetGrain<IReviewGrain>(id.Value)) is var outcome
            && outcome is ReviewOutcome.Done done
                ? TypedResults.Ok(ReviewResponse.From(done.Case))
                : Refusal(outcome);
    }

    private static ProblemHttpResult Refusal(ReviewOutcome outcome) => outcome switch
    {
        ReviewOutcome.Unknown => Problems.NotFound("review"),
        ReviewOutcome.NotClaimed => Conflict("review-not-claimed", "Claim the review first: nobody has it."),
        ReviewOutcome.ClaimedByOther => Conflict("review-claimed", "Somebody else has claimed the review."),
        ReviewOutcome.SamePerson => Conflict(
            "second-person-needed", "A second person has to approve: another account than the one that asked."),
        ReviewOutcome.NoRelease => Conflict("no-release-asked", "Nobody has asked for the release of this review."),
        ReviewOutcome.Decided decided => Problems.Of(
            StatusCodes.Status409Conflict,
            "review-decided",
            "The review is decided.",
            ("state", decided.State)),
        var other => throw new UnreachableException(other.ToString()),
    };

    private static ProblemHttpResult Conflict(string code, string detail) =>
        Problems.Of(StatusCodes.Status409Conflict, code, detail);
}
