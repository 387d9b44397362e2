using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Reads what is to become vectors, in each of the shapes that OpenAI's field takes.</summary>
internal static class EmbeddingInputs
{
    /// <summary>The field.</summary>
    public const string Field = "input";

    private const string Shapes = "must be a text, a list of texts, a list of tokens or a list of lists of tokens";

    /// <summary>The inputs; what is wrong is added to the faults.</summary>
    public static IReadOnlyList<EmbeddingInput> Read(JsonElement input, Faults faults)
    {
        if (IsTokens(input))
        {
            return One(input, Field, faults) is { } tokens ? [tokens] : [];
        }

        if (input.ValueKind != JsonValueKind.Array)
        {
            return One(input, Field, faults) is { } text ? [text] : [];
        }

        if (input.GetArrayLength() is 0 or > EmbeddingLimits.InputsMax)
        {
            faults.Add(Field, $"has {input.GetArrayLength()} inputs, allowed are 1 to {EmbeddingLimits.InputsMax}");
            return [];
        }

        if (input.EnumerateArray().Any(item => item.ValueKind != input[0].ValueKind))
        {
            faults.Add(Field, Shapes);
            return [];
        }

        return
        [
            .. input.EnumerateArray()
                .Select((item, at) => One(item, $"{Field}[{at}]", faults))
                .OfType<EmbeddingInput>(),
        ];
    }

    private static bool IsTokens(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array
        && input.GetArrayLength() > 0
        && input[0].ValueKind == JsonValueKind.Number;

    private static EmbeddingInput? One(JsonElement item, string field, Faults faults)
    {
        var (read, why) = item.ValueKind switch
        {
            JsonValueKind.String => Text(item),
            JsonValueKind.Array => Tokens(item),
            _ => (null, Shapes),
        };

        if (why is not null)
        {
            faults.Add(field, why);
        }

        return read;
    }

    private static (EmbeddingInput? Read, string? Why) Text(JsonElement item) => Json.Text(item) switch
    {
        null => (null, Json.HalfPair),
        { Length: 0 } => (null, "is empty"),
        var text => (new(text), null),
    };

    private static (EmbeddingInput? Read, string? Why) Tokens(JsonElement item)
    {
        if (item.GetArrayLength() is 0 or > EmbeddingLimits.TokensMax)
        {
            return (null, item.GetArrayLength() == 0
                ? "is empty"
                : $"has {item.GetArrayLength()} tokens, allowed are {EmbeddingLimits.TokensMax}");
        }

        var tokens = new int[item.GetArrayLength()];

        foreach (var (at, token) in item.EnumerateArray().Index())
        {
            if (token.ValueKind != JsonValueKind.Number || !token.TryGetInt32(out tokens[at]) || tokens[at] < 0)
            {
                return (null, $"has no token id at {at}: a whole number from 0");
            }
        }

        return (new(null, tokens), null);
    }
}
