using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads the field <c>stop</c>: one text, or several.</summary>
internal static class StopList
{
    private const string Field = "stop";

    public static void Check(JsonElement? stop, Faults faults)
    {
        if (Json.IsLeftOut(stop))
        {
            return;
        }

        if (Texts(stop.Value) is not { } texts)
        {
            faults.Add(Field, "must be a text or a list of texts");
        }
        else if (texts.Count > StopStrings.CountMax)
        {
            faults.Add(Field, $"has {texts.Count} texts, allowed are {StopStrings.CountMax}");
        }
        else if (texts.Any(text => text.Length is 0 or > StopStrings.LengthMax))
        {
            faults.Add(Field, $"has a text that is empty or longer than {StopStrings.LengthMax} characters");
        }
    }

    /// <summary>The texts, or null where none was given; ask only for what passed the check.</summary>
    public static StopStrings? Read(JsonElement? stop) =>
        !Json.IsLeftOut(stop) && Texts(stop.Value) is { Count: > 0 } texts ? new(texts) : null;

    private static IReadOnlyList<string>? Texts(JsonElement stop) => stop.ValueKind switch
    {
        JsonValueKind.String => [stop.GetString()!],
        JsonValueKind.Array when stop.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
            [.. stop.EnumerateArray().Select(item => item.GetString()!)],
        _ => null,
    };
}
