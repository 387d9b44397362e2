using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads values that OpenAI's fields may have in several shapes.</summary>
internal static class Json
{
    /// <summary>What is wrong with a text that is not whole.</summary>
    public const string HalfPair = "has half a surrogate pair";

    /// <summary>The text that a value is; null for any other, and for one that is not whole.</summary>
    public static string? Text(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && IsWhole(value) ? value.GetString() : null;

    /// <summary>Whether all texts and names within can be read: none has half a surrogate pair.</summary>
    public static bool IsWhole(JsonElement value)
    {
        try
        {
            return value.ValueKind switch
            {
                JsonValueKind.String => value.GetString() is not null,
                JsonValueKind.Array => value.EnumerateArray().All(IsWhole),
                JsonValueKind.Object => value.EnumerateObject()
                    .All(member => member.Name is not null && IsWhole(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Whether a text is a JSON object that can be read.</summary>
    public static bool IsObject(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && IsWhole(json.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Left out, or null.</summary>
    public static bool IsLeftOut([NotNullWhen(false)] JsonElement? value) =>
        value is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined };

    /// <summary>Left out, null, false, 0, or empty.</summary>
    public static bool IsNothing(JsonElement? value) => IsLeftOut(value) || value.Value.ValueKind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.Number => value.Value.TryGetInt32(out var number) && number == 0,
        JsonValueKind.Array => value.Value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.Value.EnumerateObject().Any(),
        _ => false,
    };
}
