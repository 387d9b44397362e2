namespace Marketplace.Api.Http;

/// <summary>A page of a list, newest first.</summary>
/// <param name="Data">The items.</param>
/// <param name="HasMore" example="false">Whether another page follows.</param>
/// <param name="Next" example="YzE6NDI">What to send as <c>after</c> for the next page, or null at the end.</param>
internal sealed record PageResponse<T>(IReadOnlyList<T> Data, bool HasMore, string? Next);
