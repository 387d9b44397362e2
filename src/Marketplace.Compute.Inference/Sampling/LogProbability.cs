using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Sampling;

/// <summary>A token and its natural log-probability under the model, before temperature and filters.</summary>
public readonly record struct LogProbability(int Token, double Value)
{
    private const int Lanes = 16;

    /// <summary>The chosen token first, and then the likeliest ones, the chosen one among them.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="chosen">A token of it.</param>
    /// <param name="count">How many of the likeliest; 0 for none.</param>
    public static IReadOnlyList<LogProbability> Of(ReadOnlySpan<float> logits, int chosen, int count) =>
        Of(logits, chosen, count, LogSumExp(logits));

    /// <summary>Where the logits' log-sum-exp is known.</summary>
    internal static IReadOnlyList<LogProbability> Of(
        ReadOnlySpan<float> logits, int chosen, int count, double total) =>
        [new(chosen, logits[chosen] - total), .. Likeliest(logits, count, total)];

    /// <summary>The likeliest tokens, the likeliest first; ties to the lower token.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="count">How many, or all of a smaller vocabulary.</param>
    /// <param name="total">Their <see cref="LogSumExp"/>.</param>
    internal static LogProbability[] Likeliest(ReadOnlySpan<float> logits, int count, double total)
    {
        var tokens = LikeliestTokens.Of(logits, count);
        var found = new LogProbability[tokens.Length];

        for (var at = 0; at < found.Length; at++)
        {
            found[at] = new(tokens[at], logits[tokens[at]] - total);
        }

        return found;
    }

    /// <summary>
    /// ln Σ exp(logit), summed in double: sixteen sums in the order of the vocabulary, whatever the processor's vectors
    /// hold, and then these.
    /// </summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var max = (double)TensorPrimitives.Max(logits);
        var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
        var at = 0;

        for (; at <= logits.Length - Lanes; at += Lanes)
        {
            Add(Vector512.Create(logits.Slice(at, Lanes)), max, ref lower, ref upper);
        }

        if (at < logits.Length)
        {
            Span<float> rest = stackalloc float[Lanes];
            rest.Fill(float.NegativeInfinity);
            logits[at..].CopyTo(rest);
            Add(Vector512.Create<float>(rest), max, ref lower, ref upper);
        }

        return max + Math.Log(Vector512.Sum(lower + upper));
    }

    private static void Add(
        Vector512<float> logits, double max, ref Vector512<double> lower, ref Vector512<double> upper)
    {
        var (first, second) = Vector512.Widen(logits);
        lower += Vector512.Exp(first - Vector512.Create(max));
        upper += Vector512.Exp(second - Vector512.Create(max));
    }
}
