using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>
/// Checks what a device claims of a text by computing prompt and text once more, many positions at a time.
/// </summary>
public static class LogitAudit
{
    /// <summary>One finding for each claim.</summary>
    /// <param name="engine">The same model, on this machine's device.</param>
    /// <param name="request">As it was given to the device; its prefix must be empty.</param>
    /// <param name="claims">One for each token, and one more for the end mark where the model ended the text.</param>
    /// <param name="tolerance">By how much honest logits may differ.</param>
    /// <exception cref="ArgumentException">A claim's token is not in the vocabulary, or there are too many.</exception>
    public static IReadOnlyList<PositionFinding> Check(
        InferenceEngine engine, GenerationRequest request, IReadOnlyList<LogitClaim> claims, double tolerance)
    {
        var prompt = engine.Encode(request.Prompt);

        if (claims.Count == 0)
        {
            return [];
        }

        if (claims.Count > engine.Shape.Context - prompt.Count + 1)
        {
            throw new ArgumentException($"{claims.Count} claims do not fit the context", nameof(claims));
        }

        if (claims.Any(claim => claim.Token < 0 || claim.Token >= engine.Shape.Vocabulary))
        {
            throw new ArgumentException("a token is not in the vocabulary", nameof(claims));
        }

        var check = new LogitCheck(engine.SamplerOf(request, prompt), tolerance);
        var findings = new PositionFinding[claims.Count];

        // The last token is drawn and never goes through the model.
        int[] rest = [.. claims.Take(claims.Count - 1).Select(claim => claim.Token)];
        using var sequence = engine.Backend.NewSequence(prompt.Count + rest.Length);
        findings[0] = check.Next(sequence.Append([.. prompt]), claims[0], prompt.Count);
        sequence.AppendAll(
            rest, (at, logits) => findings[at + 1] = check.Next(logits, claims[at + 1], prompt.Count + at + 1));
        return findings;
    }
}
