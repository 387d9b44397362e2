using System.Text.Json;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads values that OpenAI's fields may have in several shapes.</summary>
internal static class Json
{
    /// <summary>Whether a text is a JSON object.</summary>
    public static bool IsObject(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object;
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
