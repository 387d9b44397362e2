using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>
/// Checks a delivered text as a whole: that its letters are those of its tokens, that it ends where and why it says,
/// and then its claims by <see cref="LogitAudit"/>.
/// </summary>
public static class TextCheck
{
    /// <param name="engine">The same model, on this machine's device.</param>
    /// <param name="request">As it was given to the device.</param>
    /// <param name="text">What it delivered.</param>
    /// <param name="tolerance">By how much honest logits may differ.</param>
    /// <exception cref="PromptTooLongException">The prompt does not fit into the model's context.</exception>
    public static TextFinding Run(
        InferenceEngine engine, GenerationRequest request, ClaimedText text, double tolerance) =>
        WhyUnlikely(engine, request, text) is { } fault
            ? new(fault, [])
            : new(null, LogitAudit.Check(engine, request, text.Claims, tolerance));

    private static TextFault? WhyUnlikely(InferenceEngine engine, GenerationRequest request, ClaimedText text)
    {
        var claimed = text.Claims.Count - (text.Tokens.Count - request.Prefix.Count);
        var isEnded = claimed == 1 && engine.IsEnd(text.Claims[^1].Token);

        if (!(claimed == 0 || isEnded)
            || text.Tokens.Any(token => token.Id < 0 || token.Id >= engine.Shape.Vocabulary || engine.IsEnd(token.Id))
            || text.Tokens.Take(request.Prefix.Count).Where((token, at) => token.Id != request.Prefix[at]).Any()
            || text.Tokens.Skip(request.Prefix.Count).Where((token, at) => token.Id != text.Claims[at].Token).Any())
        {
            return TextFault.OtherTokens;
        }

        var draft = engine.DraftOf(request with { Prefix = [] });

        foreach (var (id, written) in text.Tokens)
        {
            if (!draft.GoesOn())
            {
                return TextFault.OtherEnd;
            }

            if (!string.Equals(draft.Follow(id), written, StringComparison.Ordinal))
            {
                return TextFault.OtherTokens;
            }
        }

        var isTrue = isEnded
            ? draft.GoesOn() && text.Finish == FinishReason.Stop
            : !draft.GoesOn() && draft.Finish == text.Finish;

        return isTrue ? null : TextFault.OtherEnd;
    }
}
