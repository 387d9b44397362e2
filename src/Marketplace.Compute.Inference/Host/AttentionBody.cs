using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>softmax(q · K / sqrt(size)) · V for one (head, token) pair a number. Vaswani et al. 2017.</summary>
internal readonly unsafe struct AttentionBody : IRangeBody
{
    /// <summary>Queries of the appended tokens, [token][head][size].</summary>
    public required float* Query { get; init; }

    /// <summary>[shared head][position][size], with room for <see cref="Positions"/>.</summary>
    public required float* Keys { get; init; }

    public required float* Values { get; init; }

    /// <summary>Scratch, [head][token][position].</summary>
    public required float* Scores { get; init; }

    public required float* Output { get; init; }

    public required int Positions { get; init; }

    public required int Tokens { get; init; }

    /// <summary>Position of the first appended token.</summary>
    public required int First { get; init; }

    public required int Heads { get; init; }

    public required int SharedHeads { get; init; }

    public required int HeadSize { get; init; }

    /// <summary>Positions that a token sees at most, itself among them.</summary>
    public required int Window { get; init; }

    public void Run(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            var (head, token) = (number / Tokens, number % Tokens);
            var cache = (long)(head / (Heads / SharedHeads)) * Positions * HeadSize;
            var at = ((long)token * Heads * HeadSize) + (head * HeadSize);
            var scores = Scores + ((long)number * Positions);
            var seen = First + token + 1;
            var oldest = Math.Max(0, seen - Window);
            DotKernel.Rows(
                (byte*)(Keys + cache), TensorFormat.F32, HeadSize, oldest, seen, Query + at, 1, scores, seen);
            VectorOperations.SoftMax(scores + oldest, seen - oldest, MathF.Sqrt(HeadSize));
            VectorOperations.Mix(
                scores + oldest, Values + cache + ((long)oldest * HeadSize), seen - oldest, HeadSize, Output + at);
        }
    }
}
