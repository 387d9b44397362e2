using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>How a text ended.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
/// <param name="Prompt">Tokens of the prompt; none where no model read it.</param>
/// <param name="EndClaim">The claim of the mark that the model ended it with, where claims were asked for.</param>
/// <param name="Claims">What there is to commit to; null for a text of no model.</param>
/// <param name="CachedTokens">Of the prompt's tokens, those that were read before for another text.</param>
internal sealed record TextEnd(
    string FinishReason,
    IReadOnlyList<int> Prompt,
    LogitClaim? EndClaim = null,
    TextClaims? Claims = null,
    int CachedTokens = 0)
{
    /// <summary>Claims of the prompt's tokens from the second on, where they were asked for; else none.</summary>
    public IReadOnlyList<LogitClaim> PromptClaims { get; init; } = [];

    public const string Stop = "stop";
    public const string Length = "length";
}
