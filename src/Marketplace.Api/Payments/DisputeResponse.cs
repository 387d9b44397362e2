using Marketplace.Domain.Payments;

namespace Marketplace.Api.Payments;

/// <summary>A card holder's bank wants the money of a top-up back.</summary>
/// <param name="Id" example="dp_1PqX2e">The processor's id.</param>
/// <param name="State" example="open">inquiry, inquiryClosed, open, underReview, won or lost.</param>
/// <param name="Amount" example="25.00">US dollars.</param>
/// <param name="Reason" example="fraudulent">In the processor's word.</param>
/// <param name="Withdrawn" example="true">Whether the money was taken.</param>
/// <param name="Evidence" example="staged">none, staged, sending or sent.</param>
/// <param name="EvidenceDue">Until when evidence is taken.</param>
internal sealed record DisputeResponse(
    string Id,
    DisputeState State,
    string Amount,
    string Reason,
    bool Withdrawn,
    EvidenceState Evidence,
    DateTimeOffset? EvidenceDue)
{
    public static DisputeResponse From(CardDispute dispute) => new(
        dispute.Id,
        dispute.State,
        dispute.Amount.ToString(),
        dispute.Reason,
        dispute.IsWithdrawn,
        dispute.Evidence,
        dispute.EvidenceDue);
}
