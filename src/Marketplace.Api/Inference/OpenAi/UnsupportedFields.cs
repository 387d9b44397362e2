using System.Text.Json;
using Marketplace.Api.Http;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Fields of OpenAI's and of other servers that would change the text and cannot be honoured here: to pass over them
/// would answer another question than was asked.
/// </summary>
internal static class UnsupportedFields
{
    public static void Check(TextRequest request, Faults faults)
    {
        Only(faults, "ignore_eos", Json.IsNothing(request.IgnoreEos), "false");
        Only(faults, "min_tokens", Json.IsNothing(request.MinTokens), "0");
        Only(faults, "grammar", Json.IsLeftOut(request.Grammar), "none; see response_format");
    }

    public static void Check(ChatCompletionRequest request, Faults faults)
    {
        Only(faults, "functions", Json.IsNothing(request.Functions), "none; see tools");
        Only(faults, "function_call", Json.IsLeftOut(request.FunctionCall), "none; see tool_choice");
        Only(faults, "modalities", IsText(request.Modalities), "[\"text\"]");
        Only(faults, "audio", Json.IsLeftOut(request.Audio), "none");
        Only(faults, "prediction", Json.IsLeftOut(request.Prediction), "none");
        Only(faults, "web_search_options", Json.IsLeftOut(request.WebSearchOptions), "none");
    }

    private static void Only(Faults faults, string field, bool isAllowed, string allowed)
    {
        if (!isAllowed)
        {
            faults.Add(field, $"is not supported; allowed: {allowed}");
        }
    }

    private static bool IsText(JsonElement? modalities) => Json.IsLeftOut(modalities)
        || (modalities is { ValueKind: JsonValueKind.Array } list
            && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && one.ValueEquals("text")));
}
