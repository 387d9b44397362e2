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
        InferenceEngine engine, GenerationRequest request, ClaimedText text, double tolerance)
    {
        if (WhyUnlikely(engine, request, text) is var (fault, at))
        {
            return new(fault, at, [], []);
        }

        // Of what a prompt's tokens are the claims speak, too, and there is no prefix then.
        var all = LogitAudit.CheckAll(engine, request, text.Claims, tolerance);
        return new(null, 0, [.. all.Take(request.Prefix.Count)], [.. all.Skip(request.Prefix.Count)]);
    }

    /// <summary>
    /// Where a text contradicts itself, which its model's vocabulary tells alone; null where it does not.
    /// </summary>
    /// <param name="engine">The same model; its weights are not touched.</param>
    /// <param name="request">As it was given to the device.</param>
    /// <param name="text">What it delivered.</param>
    /// <exception cref="PromptTooLongException">The prompt does not fit into the model's context.</exception>
    public static (TextFault Fault, int At)? WhyUnlikely(
        InferenceEngine engine, GenerationRequest request, ClaimedText text)
    {
        var draft = engine.DraftOf(request with { Prefix = [] });

        for (var at = 0; at < text.Tokens.Count; at++)
        {
            var (id, written) = text.Tokens[at];

            if (id < 0 || id >= engine.Shape.Vocabulary || engine.IsEnd(id))
            {
                return (TextFault.OtherTokens, at);
            }

            if (!draft.GoesOn())
            {
                return (TextFault.OtherEnd, at);
            }

            if (!string.Equals(draft.Follow(id), written, StringComparison.Ordinal))
            {
                return (TextFault.OtherTokens, at);
            }
        }

        if (SplitOf(engine, request, text) is not { } split)
        {
            return (TextFault.OtherTokens, 0);
        }

        return WhyOtherClaims(request, split) is { } claimed ? (TextFault.OtherTokens, claimed)
            : IsEndTrue(engine, request, split, draft) ? null
            : (TextFault.OtherEnd, text.Tokens.Count);
    }

    /// <summary>
    /// The text without what is claimed of its prompt; null where that is not claimed of this prompt's tokens.
    /// </summary>
    private static ClaimedText? SplitOf(InferenceEngine engine, GenerationRequest request, ClaimedText text)
    {
        int[] told = [.. engine.PromptOf(request).Skip(request.TellsPrompt ? 1 : int.MaxValue)];

        return told.SequenceEqual(text.Claims.Take(told.Length).Select(claim => claim.Token))
            ? text with { Claims = [.. text.Claims.Skip(told.Length)] }
            : null;
    }

    /// <summary>The first place where tokens and claims are not of one text; null where they are.</summary>
    private static int? WhyOtherClaims(GenerationRequest request, ClaimedText text)
    {
        var made = text.Tokens.Count - request.Prefix.Count;

        for (var at = 0; at < made; at++)
        {
            if (at >= text.Claims.Count || text.Claims[at].Token != text.Tokens[request.Prefix.Count + at].Id)
            {
                return request.Prefix.Count + at;
            }
        }

        return text.Claims.Count > made + 1 ? text.Tokens.Count : null;
    }

    private static bool IsEndTrue(
        InferenceEngine engine, GenerationRequest request, ClaimedText text, TextDraft draft)
    {
        var isMarked = text.Claims.Count > text.Tokens.Count - request.Prefix.Count;

        return text.Finish is not { } finish ? !isMarked
            : isMarked ? engine.IsEnd(text.Claims[^1].Token) && draft.GoesOn() && finish == FinishReason.Stop
            : !draft.GoesOn() && draft.Finish == finish;
    }
}
