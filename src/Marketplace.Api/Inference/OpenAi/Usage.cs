using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Tokens used, as they are billed.</summary>
/// <param name="PromptTokens" example="69">Tokens of the prompt.</param>
/// <param name="CompletionTokens" example="8">Tokens made.</param>
/// <param name="TotalTokens" example="77">Both.</param>
internal sealed record Usage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens)
{
    public static Usage Of(int prompt, int completion) => new(prompt, completion, prompt + completion);
}
