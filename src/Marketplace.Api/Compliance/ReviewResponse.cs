using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Api.Compliance;

/// <summary>A case of the review queue.</summary>
/// <param name="Id" example="rev_01j9zq8k3v7r2m5x4c6b8n0t1w">The case.</param>
/// <param name="Screening" example="scr_01j9zq8k3v7r2m5x4c6b8n0t1w">The verdict that opened it.</param>
/// <param name="Purpose">What was screened for.</param>
/// <param name="Provider" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">Who.</param>
/// <param name="Payout" example="pay_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// What waits, or null when it is about the provider.
/// </param>
/// <param name="Amount" example="250.000000">USDC that wait.</param>
/// <param name="Band">How much it weighs.</param>
/// <param name="Reasons">Everything that was found, with its points.</param>
/// <param name="Hits">Listed parties that are meant, perhaps.</param>
/// <param name="State">Where it stands.</param>
/// <param name="OpenedAt">When it was opened.</param>
/// <param name="DueAt">When it has to be decided.</param>
/// <param name="ClaimedBy">Who has it, or null.</param>
/// <param name="ReleaseAskedBy">Who wants it released and waits for a second person, or null.</param>
/// <param name="DecidedBy">Who decided, or null.</param>
/// <param name="DecidedAt">When it was decided, or null.</param>
/// <param name="BlockedFunds" example="false">Whether its money was ever taken out of the provider's reach.</param>
internal sealed record ReviewResponse(
    ReviewId Id,
    ScreeningId Screening,
    ScreenPurpose Purpose,
    ProviderId Provider,
    string? Payout,
    Usdc Amount,
    ScreenBand Band,
    IReadOnlyList<RiskReason> Reasons,
    IReadOnlyList<ScreenHit> Hits,
    ReviewState State,
    DateTimeOffset OpenedAt,
    DateTimeOffset DueAt,
    ReviewerResponse? ClaimedBy,
    ReviewerResponse? ReleaseAskedBy,
    ReviewerResponse? DecidedBy,
    DateTimeOffset? DecidedAt,
    bool BlockedFunds)
{
    public static ReviewResponse From(ReviewCase review) => new(
        review.Id,
        review.Screening,
        review.Purpose,
        review.Provider,
        review.Payout,
        review.Amount,
        review.Band,
        review.Reasons,
        review.Hits,
        review.State,
        review.OpenedAt,
        review.DueAt,
        ReviewerResponse.From(review.ClaimedBy),
        ReviewerResponse.From(review.ReleaseAskedBy),
        ReviewerResponse.From(review.DecidedBy),
        review.DecidedAt,
        review.HasBlockedFunds);
}
