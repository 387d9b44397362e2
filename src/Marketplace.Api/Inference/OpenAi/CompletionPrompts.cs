using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads what texts are to go on from, in each of the shapes that OpenAI's field takes.</summary>
internal static class CompletionPrompts
{
    public const string Field = "prompt";

    private const string Shapes =
        "must be a text, a list of texts, a list of token ids or a list of lists of token ids";

    /// <summary>The prompts; what is wrong is added to the faults.</summary>
    public static IReadOnlyList<PromptInput> Read(JsonElement prompt, Faults faults)
    {
        if (prompt.ValueKind != JsonValueKind.Array)
        {
            return One(prompt, Field, faults);
        }

        if (prompt.GetArrayLength() is 0)
        {
            faults.Add(Field, "is an empty list");
            return [];
        }

        if (prompt[0].ValueKind == JsonValueKind.Number)
        {
            return One(prompt, Field, faults);
        }

        var count = prompt.GetArrayLength();

        if (count > TextRequest.ChoicesMax)
        {
            faults.Add(Field, $"has {count} prompts, allowed are {TextRequest.ChoicesMax}");
            return [];
        }

        if (prompt.EnumerateArray().Any(item => item.ValueKind != prompt[0].ValueKind))
        {
            faults.Add(Field, Shapes);
            return [];
        }

        return
        [
            .. prompt.EnumerateArray().SelectMany((item, at) => One(
                item, count == 1 ? Field : string.Create(CultureInfo.InvariantCulture, $"{Field}[{at}]"), faults)),
        ];
    }

    private static PromptInput[] One(JsonElement item, string field, Faults faults)
    {
        switch (item.ValueKind)
        {
            case JsonValueKind.String:
                var text = item.GetString()!;

                if (Encoding.UTF8.GetByteCount(text) is var bytes and > InferenceLimits.PromptBytesMax)
                {
                    faults.Add(field, $"has {bytes} bytes, allowed are {InferenceLimits.PromptBytesMax}");
                }

                return [new(field, text)];
            case JsonValueKind.Array:
                return Tokens(item, field, faults) is { } tokens ? [new(field, string.Empty, tokens)] : [];
            default:
                faults.Add(field, Shapes);
                return [];
        }
    }

    private static int[]? Tokens(JsonElement list, string field, Faults faults)
    {
        if (list.GetArrayLength() is 0 or > TokenPrompt.CountMax)
        {
            faults.Add(field, list.GetArrayLength() == 0
                ? "has no token ids"
                : $"has {list.GetArrayLength()} token ids, allowed are {TokenPrompt.CountMax}");
            return null;
        }

        var tokens = new int[list.GetArrayLength()];

        foreach (var (at, token) in list.EnumerateArray().Index())
        {
            if (token.ValueKind != JsonValueKind.Number || !token.TryGetInt32(out tokens[at]) || tokens[at] < 0)
            {
                faults.Add($"{field}[{at}]", "is no token id: a whole number from 0");
                return null;
            }
        }

        return tokens;
    }
}
