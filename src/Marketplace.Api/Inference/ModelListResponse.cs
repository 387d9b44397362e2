namespace Marketplace.Api.Inference;

/// <summary>A page of the catalogue, newest first, as OpenAI's clients read lists.</summary>
/// <param name="Object" example="list">Always <c>list</c>.</param>
/// <param name="Data">The models.</param>
/// <param name="HasMore" example="false">Whether another page follows.</param>
/// <param name="Next" example="YzE6NDI">What to send as <c>after</c> for the next page, or null at the end.</param>
internal sealed record ModelListResponse(
    string Object, IReadOnlyList<ModelResponse> Data, bool HasMore, string? Next);
