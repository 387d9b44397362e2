using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>One message of a conversation.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ChatMessage
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant"];

    /// <summary>system, developer, user or assistant.</summary>
    public required string Role { get; init; }

    /// <summary>A text, or a list of parts of type <c>text</c>.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>The content as one text; ask only for what passed the check.</summary>
    [JsonIgnore]
    public string Text => TextOf(Content) ?? string.Empty;

    public void Check(string field, Faults faults)
    {
        if (!Roles.Contains(Role, StringComparer.Ordinal))
        {
            faults.Add($"{field}.role", $"must be one of {string.Join(", ", Roles)}");
        }

        if (TextOf(Content) is null)
        {
            faults.Add($"{field}.content", "must be a text or a list of parts {\"type\": \"text\", \"text\": \"…\"}");
        }
    }

    private static string? TextOf(JsonElement? content) => content switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Array } parts when parts.EnumerateArray().All(IsTextPart) =>
            string.Concat(parts.EnumerateArray().Select(part => part.GetProperty("text").GetString())),
        _ => null,
    };

    private static bool IsTextPart(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        && type.GetString() == "text"
        && part.TryGetProperty("text", out var text)
        && text.ValueKind == JsonValueKind.String;
}
