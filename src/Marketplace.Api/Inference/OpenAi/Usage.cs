using System.Text.Json.Serialization;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// Tokens used, as they are billed: of several texts the sum, a prompt as often as it was gone on from.
/// </summary>
/// <param name="PromptTokens" example="69">Tokens of the prompt.</param>
/// <param name="CompletionTokens" example="8">Tokens made.</param>
/// <param name="TotalTokens" example="77">Both.</param>
/// <param name="PromptTokensDetails">What is known of the prompt's tokens.</param>
internal sealed record Usage(
    [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
    [property: JsonPropertyName("completion_tokens")] int CompletionTokens,
    [property: JsonPropertyName("total_tokens")] int TotalTokens,
    [property: JsonPropertyName("prompt_tokens_details")] Usage.PromptDetails PromptTokensDetails)
{
    public static Usage Of(IReadOnlyList<JobView> made)
    {
        var (prompt, completion) = (made.Sum(job => job.PromptTokens), made.Sum(job => job.OutputTokens));
        return new(prompt, completion, prompt + completion, new(made.Sum(job => job.CachedTokens)));
    }

    /// <summary>What is known of a prompt's tokens.</summary>
    /// <param name="CachedTokens" example="64">
    /// Those that the device says it had read before; billed as the others are. 0 where it is not known.
    /// </param>
    internal sealed record PromptDetails([property: JsonPropertyName("cached_tokens")] int CachedTokens);
}
