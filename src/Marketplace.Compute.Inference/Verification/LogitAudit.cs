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
    /// Where the prompt is told, one for each of its tokens but the first; one for each token after the prefix, and one
    /// more for the end mark where the model ended the text.
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
        int[] tokens = [.. request.Prefix, .. claims.Select(claim => claim.Token)];
        var findings = new PositionFinding[tokens.Length];
        var given = request.Prefix.Count;
        var told = ToldOf(engine, request, tokens);
        Walk(engine, request, tokens, tolerance, (check, at, position, logits) => findings[at] =
            at < told ? LogitCheck.OfPrompt(logits, claims[at])
            : at < given ? check.Next(logits, tokens[at], position)
            : check.Next(logits, claims[at - given], position));
        return findings;
    }

    /// <summary>
    /// What this device computes of a text itself, for somebody else to compare: nothing of what was claimed is needed.
    /// </summary>
    /// <param name="engine">The model.</param>
    /// <param name="request">As it was given to the device that made the text, without a prefix.</param>
    /// <param name="tokens">
    /// Where the prompt is told, all of its tokens but the first; all tokens of the text, and the end mark where the
    /// model ended it.
    /// </param>
    /// <param name="tolerance">By how much honest logits may differ.</param>
    /// <exception cref="ArgumentException">
    /// A token is not in the vocabulary, or none of this prompt, or there are too many.
    /// </exception>
    public static IReadOnlyList<(LogitClaim Own, PositionFinding Finding)> Measure(
        InferenceEngine engine, GenerationRequest request, IReadOnlyList<int> tokens, double tolerance)
    {
        var measured = new (LogitClaim Own, PositionFinding Finding)[tokens.Count];
        var told = ToldOf(engine, request, tokens);
        Walk(engine, request with { Prefix = [] }, [.. tokens], tolerance, (check, at, position, logits) =>
        {
            if (at < told)
            {
                var own = LogitClaim.OfPrompt(logits, tokens[at]);
                measured[at] = (own, new() { IsUndefined = !double.IsFinite(own.LogSumExp) });
                return;
            }

            var finding = check.Next(logits, tokens[at], position, out var total);
            measured[at] = (LogitClaim.Of(logits, tokens[at], total), finding);
        });
        return measured;
    }

    private static void Walk(
        InferenceEngine engine, GenerationRequest request, int[] tokens, double tolerance, Visit visit)
    {
        var prompt = engine.PromptOf(request);
        var read = request.TellsPrompt ? 1 : prompt.Count;

        if (tokens.Length == 0)
        {
            return;
        }

        if (tokens.Length > engine.Shape.Context - read + 1)
        {
            throw new ArgumentException($"{tokens.Length} tokens do not fit the context", nameof(tokens));
        }

        if (tokens.Any(token => token < 0 || token >= engine.Shape.Vocabulary))
        {
            throw new ArgumentException("a token is not in the vocabulary", nameof(tokens));
        }

        var check = new LogitCheck(engine.SamplerOf(request, prompt), tolerance);

        // The last token is drawn and never goes through the model.
        using var sequence = engine.Backend.NewSequence(read + tokens.Length - 1);
        visit(check, 0, read, sequence.Append([.. prompt.Take(read)]));
        sequence.AppendAll(tokens.AsSpan(..^1), (at, logits) => visit(check, at + 1, read + at + 1, logits));
    }

    /// <summary>How many of the tokens are the prompt's.</summary>
    private static int ToldOf(InferenceEngine engine, GenerationRequest request, IReadOnlyList<int> tokens)
    {
        if (!request.TellsPrompt)
        {
            return 0;
        }

        int[] told = [.. engine.PromptOf(request).Skip(1)];

        return request.Prefix.Count == 0 && told.SequenceEqual(tokens.Take(told.Length))
            ? told.Length
            : throw new ArgumentException("the tokens do not begin with those of the prompt", nameof(tokens));
    }

    /// <param name="check">That of the text.</param>
    /// <param name="at">Which token.</param>
    /// <param name="position">Its place within the sequence.</param>
    /// <param name="logits">[vocabulary], that it was drawn from.</param>
    private delegate void Visit(LogitCheck check, int at, int position, ReadOnlySpan<float> logits);
}
