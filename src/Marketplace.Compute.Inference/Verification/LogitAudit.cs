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
    /// <param name="claims">One for each token after the prefix, and one more for the end mark where the model ended the text.</param>
    /// <param name="tolerance">By how much honest logits may differ.</param>
    /// <exception cref="ArgumentException">A claim's token is not in the vocabulary, or there are too many.</exception>
    public static IReadOnlyList<PositionFinding> Check(
        InferenceEngine engine, GenerationRequest request, IReadOnlyList<LogitClaim> claims, double tolerance)
    {
        IReadOnlyList<int> prompt = engine.Encode(request.Prompt);
        int[] given = [.. prompt, .. request.Prefix];

        if (claims.Count == 0)
        {
            return [];
        }

        if (claims.Count > engine.Shape.Context - given.Length + 1)
        {
            throw new ArgumentException($"{claims.Count} claims do not fit the context", nameof(claims));
        }

        if (claims.Select(claim => claim.Token).Concat(request.Prefix)
            .Any(token => token < 0 || token >= engine.Shape.Vocabulary))
        {
            throw new ArgumentException("a token is not in the vocabulary", nameof(claims));
        }

        var sampler = engine.SamplerOf(request, prompt);

        foreach (var token in request.Prefix)
        {
            sampler.Take(token);
        }

        var check = new LogitCheck(sampler, tolerance);
        var findings = new PositionFinding[claims.Count];

        // The last token is drawn and never goes through the model.
        int[] rest = [.. claims.Take(claims.Count - 1).Select(claim => claim.Token)];
        using var sequence = engine.Backend.NewSequence(given.Length + rest.Length);
        findings[0] = check.Next(sequence.Append(given), claims[0], given.Length);
        sequence.AppendAll(
            rest, (at, logits) => findings[at + 1] = check.Next(logits, claims[at + 1], given.Length + at + 1));
        return findings;
    }
}
