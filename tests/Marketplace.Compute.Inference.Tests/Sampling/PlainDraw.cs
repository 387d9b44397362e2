using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Compute.Numerics;

namespace Marketplace.Compute.Inference.Tests.Sampling;

/// <summary>
/// The draw and the claim in the words of their definitions, one token of the vocabulary after the other: what the
/// engine's must be, and what its time is measured beside.
/// </summary>
internal static class PlainDraw
{
    /// <summary>The first of the tokens with the largest score.</summary>
    public static int Sample(
        ReadOnlySpan<float> logits, IEnumerable<int> tokens, double temperature, ulong seed, int position)
    {
        var (best, bestScore) = (0, double.NegativeInfinity);

        foreach (var token in tokens)
        {
            var score = Score(logits[token], temperature, seed, position, token);

            if (score > bestScore)
            {
                (best, bestScore) = (token, score);
            }
        }

        return best;
    }

    public static double Score(float logit, double temperature, ulong seed, int position, int token)
    {
        var (word, _, _, _) = Philox.Words(seed, (uint)position, (uint)token, 0, 0);
        return logit + (temperature * -Math.Log(-Math.Log((word + 0.5) / 4_294_967_296.0)));
    }

    /// <summary>The likeliest first, ties to the lower token.</summary>
    public static int[] Likeliest(ReadOnlySpan<float> logits, int count)
    {
        var likeliest = new PriorityQueue<int, (float Logit, int Below)>();

        for (var token = 0; token < logits.Length && count > 0; token++)
        {
            var rank = (logits[token], -token);

            if (likeliest.Count < count)
            {
                likeliest.Enqueue(token, rank);
            }
            else
            {
                likeliest.EnqueueDequeue(token, rank);
            }
        }

        var found = new int[likeliest.Count];

        for (var at = found.Length - 1; at >= 0; at--)
        {
            found[at] = likeliest.Dequeue();
        }

        return found;
    }

    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var max = double.NegativeInfinity;

        foreach (var logit in logits)
        {
            max = Math.Max(max, logit);
        }

        var sum = 0.0;

        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - max);
        }

        return max + Math.Log(sum);
    }

    public static LogitClaim Claim(ReadOnlySpan<float> logits, int token)
    {
        var total = LogSumExp(logits);
        var top = Likeliest(logits, LogitClaim.TopCount);
        var found = new LogProbability[top.Length];

        for (var at = 0; at < found.Length; at++)
        {
            found[at] = new(top[at], logits[top[at]] - total);
        }

        // The sum once more: so it was when it was measured.
        return new(token, found, LogSumExp(logits));
    }
}
