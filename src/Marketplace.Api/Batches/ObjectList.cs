using System.Text.Json.Serialization;

namespace Marketplace.Api.Batches;

/// <summary>A page of a list, in OpenAI's words.</summary>
/// <param name="Object" example="list">Always <c>list</c>.</param>
/// <param name="Data">What is on the page.</param>
/// <param name="FirstId">The first one's id, or null.</param>
/// <param name="LastId">The last one's id, to send as <c>after</c>; or null.</param>
/// <param name="HasMore">Whether more follow.</param>
internal sealed record ObjectList<T>(
    string Object,
    IReadOnlyList<T> Data,
    [property: JsonPropertyName("first_id")] string? FirstId,
    [property: JsonPropertyName("last_id")] string? LastId,
    [property: JsonPropertyName("has_more")] bool HasMore)
{
    public static ObjectList<T> Of(IReadOnlyList<T> data, Func<T, string> id, bool hasMore) => new(
        "list",
        data,
        data.Count > 0 ? id(data[0]) : null,
        data.Count > 0 ? id(data[^1]) : null,
        hasMore);
}
