using Marketplace.Domain.Market;

namespace Marketplace.Api.Inference;

/// <summary>Why work ended as it did.</summary>
/// <param name="Code" example="deadline-passed">Stable word.</param>
/// <param name="Detail" example="No device finished it within 600 s.">For people.</param>
/// <param name="CausedBy" example="platform">Whose doing it was: renter, provider or platform.</param>
internal sealed record EndingResponse(string Code, string Detail, CausedBy CausedBy)
{
    public static EndingResponse? From(Ending? ending) =>
        ending is null ? null : new(ending.Code, ending.Detail, ending.CausedBy);
}
