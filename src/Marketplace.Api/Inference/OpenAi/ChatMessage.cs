using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>One message of a conversation.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ChatMessage
{
    public const string Assistant = "assistant";
    public const string Tool = "tool";

    private static readonly string[] Roles = ["system", "developer", "user", Assistant, Tool];

    /// <summary>system, developer, user, assistant or tool.</summary>
    public required string Role { get; init; }

    /// <summary>A text, or a list of parts of type <c>text</c>.</summary>
    public JsonElement? Content { get; init; }

    /// <summary>The calls that the assistant wanted made.</summary>
    [JsonPropertyName("tool_calls")]
    public IReadOnlyList<ToolCall>? ToolCalls { get; init; }

    /// <summary>Which call a tool answers.</summary>
    [JsonPropertyName("tool_call_id")]
    public string? ToolCallId { get; init; }

    /// <summary>The content as one text; ask only for what passed the check.</summary>
    [JsonIgnore]
    public string Text => TextOf(Content) ?? string.Empty;

    public void Check(string field, Faults faults)
    {
        if (!Roles.Contains(Role, StringComparer.Ordinal))
        {
            faults.Add($"{field}.role", $"must be one of {string.Join(", ", Roles)}");
        }

        var isCall = ToolCalls is { Count: > 0 };

        if (isCall && Role != Assistant)
        {
            faults.Add($"{field}.tool_calls", "belong to the role assistant alone");
        }

        if (Role == Tool && string.IsNullOrEmpty(ToolCallId))
        {
            faults.Add($"{field}.tool_call_id", "must name the call that is answered");
        }

        if (TextOf(Content) is null && !(isCall && Content is null or { ValueKind: JsonValueKind.Null }))
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
