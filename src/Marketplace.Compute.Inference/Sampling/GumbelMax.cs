using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Numerics;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>
/// Seeded sampling whose result can be checked from the logits alone: argmax of z + T · g with Gumbel noise g from a
/// counter-based generator keyed by the seed, counted by (position, token). Temperature 0 is argmax; ties go to the
/// lowest token.
/// </summary>
public static class GumbelMax
{
    /// <summary>33 ln 2, above all noise there is: see <see cref="Losses"/>.</summary>
    private const double NoiseMax = 33 * 0.693147180559945309417;

    /// <summary>More than single precision rounds away of a bound, as a part of its terms.</summary>
    private const double Slack = 1.5e-5;

    /// <summary>Outside of these, bounds in single precision might overflow or vanish.</summary>
    private const double TemperatureMin = 1e-30;

    private const double TemperatureMax = 1e6;

    /// <param name="logits">[vocabulary].</param>
    /// <param name="temperature">0 is greedy.</param>
    /// <param name="seed">The key of the noise.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    public static int Sample(ReadOnlySpan<float> logits, double temperature, ulong seed, int position) =>
        temperature <= 0
            ? TensorPrimitives.IndexOfMax(logits)
            : Best(logits, float.NegativeInfinity, temperature, seed, position).Token;

    /// <summary>As above, over some tokens alone.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="candidates">At least one token, each once, in any order.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="seed">The key of the noise.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    public static int Sample(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> candidates, double temperature, ulong seed, int position)
    {
        var (best, bestScore, floor) = (candidates[0], double.NegativeInfinity, float.NegativeInfinity);

        foreach (var token in candidates)
        {
            if (logits[token] < floor)
            {
                continue;
            }

            var score = Score(logits[token], temperature, seed, position, token);

            if (score > bestScore || (score == bestScore && token < best))
            {
                (best, bestScore, floor) = (token, score, Floor(score, temperature));
            }
        }

        return best;
    }

    /// <summary>
    /// The token with the largest score among those whose logit is at least some value, and that score; -∞ where there
    /// is none. Scores are computed only where a bound of the noise, itself computed from the generator's word, leaves
    /// a chance: of a whole vocabulary these are a handful.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="least">-∞ for all that are numbers.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="seed">The key of the noise.</param>
    /// <param name="position">Place of the token to be drawn within its sequence.</param>
    internal static (int Token, double Score) Best(
        ReadOnlySpan<float> logits, float least, double temperature, ulong seed, int position)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var score = Score(logits[best], temperature, seed, position, best);

        if (logits.Length < PhiloxLanes.Count || temperature is < TemperatureMin or > TemperatureMax
            || !double.IsFinite(score) || logits[best] < least)
        {
            return BestOfAll(logits, least, temperature, seed, position);
        }

        var floor = Floor(score, temperature);

        for (var at = 0; at < logits.Length; at += PhiloxLanes.Count)
        {
            // The last lanes may look at some tokens twice, which changes nothing.
            var first = Math.Min(at, logits.Length - PhiloxLanes.Count);
            var row = Vector512.Create(logits.Slice(first, PhiloxLanes.Count));

            if (!Vector512.GreaterThanOrEqualAny(row, Vector512.Create(Math.Max(floor, least))))
            {
                continue;
            }

            var losses = Losses(PhiloxLanes.FirstWords(seed, (uint)position, (uint)first));
            var needed = Vector512.Max(
                Vector512.Create(floor) + (losses * (float)temperature), Vector512.Create(least));
            var open = Vector512.GreaterThanOrEqual(row, needed).ExtractMostSignificantBits();

            for (; open != 0; open &= open - 1)
            {
                var token = first + BitOperations.TrailingZeroCount(open);
                var other = Score(logits[token], temperature, seed, position, token);

                if (other > score || (other == score && token < best))
                {
                    (best, score, floor) = (token, other, Floor(other, temperature));
                }
            }
        }

        return (best, score);
    }

    /// <summary>As <see cref="Best"/>, of any numbers.</summary>
    private static (int Token, double Score) BestOfAll(
        ReadOnlySpan<float> logits, float least, double temperature, ulong seed, int position)
    {
        var (best, bestScore) = (0, double.NegativeInfinity);

        for (var token = 0; token < logits.Length; token++)
        {
            if (logits[token] >= least
                && Score(logits[token], temperature, seed, position, token) is var score && score > bestScore)
            {
                (best, bestScore) = (token, score);
            }
        }

        return (best, bestScore);
    }

    /// <summary>No token with a smaller logit reaches the score, whatever its noise.</summary>
    private static float Floor(double score, double temperature) =>
        (float)(score - (temperature * NoiseMax) - (Slack * ((temperature * NoiseMax) + Math.Abs(score))));

    /// <summary>
    /// By how much each noise stays below <see cref="NoiseMax"/> at least: with v = 2^32 - 1 - word, -ln u is at least
    /// 1 - u = (2v + 1) / 2^33, so that the noise is at most 33 ln 2 - ln(2v + 1).
    /// </summary>
    private static Vector512<float> Losses(Vector512<uint> words)
    {
        var left = Vector512.ConvertToSingle(~words);
        return Vector512.Log(left + left + Vector512<float>.One);
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
