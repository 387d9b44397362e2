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

    /// <summary>Left out, null, false, 0, or empty.</summary>
    public static bool IsNothing(JsonElement? value) => value is not { } given || given.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Number => given.TryGetInt32(out var number) && number == 0,
        JsonValueKind.Array => given.GetArrayLength() == 0,
        JsonValueKind.Object => !given.EnumerateObject().Any(),
        _ => false,
    };
}
