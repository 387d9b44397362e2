using Marketplace.Compute.Inference.Sampling;

namespace Marketplace.Compute.Inference.Verification;

/// <summary>Compares claims with logits that were computed again, position by position of one text.</summary>
/// <param name="sampler">That of the text; it is told the tokens as they are checked.</param>
/// <param name="tolerance">By how much honest logits may differ: the borders of filters move by it.</param>
internal sealed class LogitCheck(Sampler sampler, double tolerance)
{
    /// <param name="logits">[vocabulary], computed again.</param>
    /// <param name="claim">What was claimed of them.</param>
    /// <param name="position">Place of the drawn token within its sequence.</param>
    public PositionFinding Next(ReadOnlySpan<float> logits, LogitClaim claim, int position)
    {
        var drawn = Next(logits, claim.Token, position, out var total);

        return drawn.IsUndefined
            ? drawn
            : drawn with
            {
                Drift = Drift(logits, total, claim),
                LogSumExpDrift = Math.Abs(total - claim.LogSumExp),
            };
    }

    /// <summary>The same of a token of the prompt, which nobody has drawn.</summary>
    public static PositionFinding OfPrompt(ReadOnlySpan<float> logits, LogitClaim claim)
    {
        var total = LogProbability.LogSumExp(logits);

        return !double.IsFinite(total) ? new() { IsUndefined = true }
            : new(
                IsClaimed(claim, claim.Token) ? Drift(logits, total, claim) : double.PositiveInfinity,
                Math.Abs(total - claim.LogSumExp),
                0,
                IsOutside: false);
    }

    /// <summary>The same of a token that nothing was claimed of.</summary>
    public PositionFinding Next(ReadOnlySpan<float> logits, int token, int position) =>
        Next(logits, token, position, out _);

    /// <summary>As above; tells the logits' log-sum-exp.</summary>
    public PositionFinding Next(ReadOnlySpan<float> logits, int token, int position, out double total)
    {
        total = LogProbability.LogSumExp(logits);

        if (!double.IsFinite(total))
        {
            sampler.Take(token);
            return new() { IsUndefined = true };
        }

        var (margin, isOutside) = sampler.Margin(logits, position, token, tolerance);
        sampler.Take(token);
        return new(0, 0, margin, isOutside);
    }

    private static double Drift(ReadOnlySpan<float> logits, double total, LogitClaim claim)
    {
        // A claim that names fewer tokens than it can, or one twice, would leave the rest unsaid.
        if (claim.Top.Count != Math.Min(LogitClaim.TopCount, logits.Length)
            || claim.Top.DistinctBy(one => one.Token).Count() != claim.Top.Count)
        {
            return double.PositiveInfinity;
        }

        var drift = 0.0;
        var least = double.PositiveInfinity;

        foreach (var (at, (token, value)) in claim.Top.Index())
        {
            if (token < 0 || token >= logits.Length)
            {
                return double.PositiveInfinity;
            }

            var found = Math.Abs(logits[token] - total - value);

            // A claim that is no number is as far off as can be.
            drift = double.IsNaN(found) ? double.PositiveInfinity : Math.Max(drift, found);
            least = at < claim.RankedCount ? Math.Min(least, value) : least;
        }

        // Of one more than are claimed, the first that is not is the likeliest of all that are not.
        foreach (var token in LikeliestTokens.Of(logits, claim.Top.Count + 1))
        {
            if (!IsClaimed(claim, token))
            {
                // Not Math.Max, which a claim that is no number would turn into none.
                return logits[token] - total - least is var more && more > drift ? more : drift;
            }
        }

        return drift;
    }

    private static bool IsClaimed(LogitClaim claim, int token)
    {
        foreach (var one in claim.Top)
        {
            if (one.Token == token)
            {
                return true;
            }
        }

        return false;
    }
}
