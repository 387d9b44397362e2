using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Tokens embedded, as they are billed.</summary>
/// <param name="PromptTokens" example="8">Tokens of all inputs.</param>
/// <param name="TotalTokens" example="8">The same.</param>
internal sealed record EmbeddingUsage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens);
