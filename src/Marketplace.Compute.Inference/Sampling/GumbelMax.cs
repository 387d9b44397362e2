using System.Numerics.Tensors;
using Marketplace.Compute.Numerics;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// Seeded sampling whose result can be checked from the logits alone: argmax of z + T · g with Gumbel noise g from a
/// counter-based generator keyed by the seed, counted by (position, token). Temperature 0 is argmax; ties go to the
/// lowest token.
/// </summary>
public static class GumbelMax
{
    /// <param name="logits">[vocabulary].</param>
    /// <param name="temperature">0 is greedy.</param>
    /// <param name="seed">The key of the noise.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    public static int Sample(ReadOnlySpan<float> logits, double temperature, ulong seed, int position)
    {
        if (temperature <= 0)
        {
            return TensorPrimitives.IndexOfMax(logits);
        }

        var best = 0;
        var bestScore = double.NegativeInfinity;

        for (var token = 0; token < logits.Length; token++)
        {
            var score = Score(logits[token], temperature, seed, position, token);

            if (score > bestScore)
            {
                (best, bestScore) = (token, score);
            }
        }

        return best;
    }

    /// <summary>As above, over some tokens alone.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="candidates">At least one token, each once, in any order.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="seed">The key of the noise.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    public static int Sample(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> candidates, double temperature, ulong seed, int position)
    {
        var best = candidates[0];
        var bestScore = double.NegativeInfinity;

        foreach (var token in candidates)
        {
            var score = Score(logits[token], temperature, seed, position, token);

            if (score > bestScore || (score == bestScore && token < best))
            {
                (best, bestScore) = (token, score);
            }
        }

        return best;
    }

    /// <summary>
    /// What the drawn token has the largest of, in logits: T times z / T + g, which would be no number at the least
    /// temperatures.
    /// </summary>
    internal static double Score(float logit, double temperature, ulong seed, int position, int token) =>
        logit + (temperature * Noise(seed, position, token));

    /// <summary>-ln(-ln u) with u in (0, 1) from the generator's first word.</summary>
    private static double Noise(ulong seed, int position, int token)
    {
        var (word, _, _, _) = Philox.Words(seed, (uint)position, (uint)token, 0, 0);
        return -Math.Log(-Math.Log((word + 0.5) / 4_294_967_296.0));
    }
}
