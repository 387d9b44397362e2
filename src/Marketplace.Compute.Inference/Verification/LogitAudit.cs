using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>
/// Checks what a device claims of a text by computing prompt and text once more, many positions at a time.
/// </summary>
public static class LogitAudit
{
    /// <summary>One finding for each claim.</summary>
    /// <param name="engine">The same model, on this machine's device.</param>
    /// <param name="request">As it was given to the device.</param>
    /// <param name="claims">
    /// One for each token after the prefix, and one more for the end mark where the model ended the text.
    /// </param>
    /// <param name="tolerance">By how much honest logits may differ.</param>
    /// <exception cref="ArgumentException">A token is not in the vocabulary, or there are too many.</exception>
    public static IReadOnlyList<PositionFinding> Check(
        InferenceEngine engine, GenerationRequest request, IReadOnlyList<LogitClaim> claims, double tolerance) =>
        [.. CheckAll(engine, request, claims, tolerance).Skip(request.Prefix.Count)];

    /// <summary>
    /// The same with a finding for each token of the prefix before it: of how it was drawn, since nothing is claimed.
    /// </summary>
    internal static IReadOnlyList<PositionFinding> CheckAll(
        InferenceEngine engine, GenerationRequest request, IReadOnlyList<LogitClaim> claims, double tolerance)
    {
        IReadOnlyList<int> prompt = engine.Encode(request.Prompt);
        int[] tokens = [.. request.Prefix, .. claims.Select(claim => claim.Token)];

        if (tokens.Length == 0)
        {
            return [];
        }

        if (tokens.Length > engine.Shape.Context - prompt.Count + 1)
        {
            throw new ArgumentException($"{tokens.Length} tokens do not fit the context", nameof(claims));
        }

        if (tokens.Any(token => token < 0 || token >= engine.Shape.Vocabulary))
        {
            throw new ArgumentException("a token is not in the vocabulary", nameof(claims));
        }

        var check = new LogitCheck(engine.SamplerOf(request, prompt), tolerance);
        var findings = new PositionFinding[tokens.Length];

        // The last token is drawn and never goes through the model.
        using var sequence = engine.Backend.NewSequence(prompt.Count + tokens.Length - 1);
        Find(0, sequence.Append([.. prompt]));
        sequence.AppendAll(tokens.AsSpan(..^1), (at, logits) => Find(at + 1, logits));
        return findings;

        void Find(int at, ReadOnlySpan<float> logits) => findings[at] = at < request.Prefix.Count
            ? check.Next(logits, tokens[at], prompt.Count + at)
            : check.Next(logits, claims[at - request.Prefix.Count], prompt.Count + at);
    }
}
