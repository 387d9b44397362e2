using System.Text.Json;

namespace Marketplace.Api.Http;

/// <summary>A list or a map of a request has null where there must be something.</summary>
/// <param name="count">Items of the list.</param>
/// <param name="at">Which of them is null, from 0; null in a map.</param>
internal sealed class NullElementException(int count, int? at) : JsonException("must not have null in it")
{
    /// <summary>The place of the null: of a map the map itself.</summary>
    /// <param name="path">The list's path, as the serializer told it.</param>
    public string Field(string path)
    {
        // Read from a stream the path ends with the list, read from memory with the place behind its last item.
        var behind = $"[{count}]";
        var list = path.EndsWith(behind, StringComparison.Ordinal) ? path[..^behind.Length] : path;

        return at is null ? path : $"{list}[{at}]";
    }
}
