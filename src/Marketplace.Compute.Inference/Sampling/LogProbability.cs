using System.Numerics.Tensors;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>A token and its natural log-probability under the model, before temperature and filters.</summary>
public readonly record struct LogProbability(int Token, double Value)
{
    /// <summary>The chosen token first, and then the likeliest ones, the chosen one among them.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="chosen">A token of it.</param>
    /// <param name="count">How many of the likeliest; 0 for none.</param>
    public static IReadOnlyList<LogProbability> Of(ReadOnlySpan<float> logits, int chosen, int count)
    {
        var total = LogSumExp(logits);
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

        var found = new LogProbability[1 + likeliest.Count];
        found[0] = new(chosen, logits[chosen] - total);

        for (var at = found.Length - 1; at > 0; at--)
        {
            var token = likeliest.Dequeue();
            found[at] = new(token, logits[token] - total);
        }

        return found;
    }

    /// <summary>ln Σ exp(logit), summed in double in the order of the vocabulary.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var max = (double)TensorPrimitives.Max(logits);
        var sum = 0.0;

        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - max);
        }

        return max + Math.Log(sum);
    }
}
