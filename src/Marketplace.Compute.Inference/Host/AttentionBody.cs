using System.Runtime.Intrinsics;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// softmax(q · K / sqrt(size)) · V for one (head, token) pair a number; tokens may be of different sequences. Vaswani
/// et al. 2017. Sums run over positions in ascending order, whatever blocks those lie in.
/// </summary>
internal readonly unsafe struct AttentionBody : IRangeBody
{
    /// <summary>Scores of one pair, of this thread.</summary>
    [ThreadStatic]
    private static AlignedFloats? Scratch;

    /// <summary>Queries of the tokens, [token][head][size].</summary>
    public required float* Query { get; init; }

    /// <summary>Of the cache's first block: [shared head][position in the block][size].</summary>
    public required float* Keys { get; init; }

    public required float* Values { get; init; }

    /// <summary>Floats from a block's to the next block's same place.</summary>
    public required long Stride { get; init; }

    /// <summary>The tokens.</summary>
    public required AttentionRow* Rows { get; init; }

    public required int Tokens { get; init; }

    public required float* Output { get; init; }

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
            var row = Rows[token];
            var shared = (long)(head / (Heads / SharedHeads)) * BlockTable.Positions * HeadSize;
            var at = ((long)token * Heads * HeadSize) + (head * HeadSize);
            var seen = row.Position + 1;
            var oldest = Math.Max(0, seen - Window);
            var scores = Room(seen);

            // What the token before has just read is in the cache.
            var isFar = token == 0 || Rows[token - 1].Blocks != row.Blocks;
            var values = new PagedRows(Values + shared, Stride, row.Blocks, isFar);
            Score(new(Keys + shared, Stride, row.Blocks, isFar), oldest, seen, Query + at, scores);
            VectorOperations.SoftMax(scores + oldest, seen - oldest, MathF.Sqrt(HeadSize));
            VectorOperations.Mix(scores, values, oldest, seen, HeadSize, Output + at);
        }
    }

    private static float* Room(int scores)
    {
        if (Scratch is null || Scratch.Count < scores)
        {
            Scratch?.Dispose();
            Scratch = new AlignedFloats(2L * scores);
        }

        return Scratch.Pointer;
    }

    private void Score(PagedRows keys, int oldest, int seen, float* query, float* scores)
    {
        for (var at = oldest; at < seen;)
        {
            var (block, begin) = (at / BlockTable.Positions, at % BlockTable.Positions);
            var first = block * BlockTable.Positions;
            var end = Math.Min(BlockTable.Positions, seen - first);
            var rows = keys.Of(block);
            at = first + end;

            if (at < seen)
            {
                keys.Ask(block + 1, Math.Min(BlockTable.Positions, seen - at) * HeadSize);
            }

            if (end - begin == BlockTable.Positions && HeadSize % Vector512<float>.Count == 0)
            {
                DotBlocks.Block16X1(rows, HeadSize, query, scores + first);
            }
            else
            {
                DotKernel.Rows((byte*)rows, TensorFormat.F32, HeadSize, begin, end, query, 1, scores + first, end);
            }
        }
    }
}
