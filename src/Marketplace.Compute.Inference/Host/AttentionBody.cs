using System.Runtime.Intrinsics;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// softmax(q · K / sqrt(size)) · V for some heads of one token a number; tokens may be of different sequences. Vaswani
/// et al. 2017. Sums run over positions in ascending order, whatever blocks those lie in and however many heads are
/// done together.
/// </summary>
internal readonly unsafe struct AttentionBody : IRangeBody
{
    /// <summary>Scores of one number's heads, of this thread.</summary>
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

    /// <summary>
    /// Heads of one number, a divisor of those that share keys and values: each block of positions is read once for
    /// all of them. Heads that share nothing gain nothing by it: what they read is far too much for the cache.
    /// </summary>
    public required int Together { get; init; }

    /// <summary>Positions that a token sees at most, itself among them.</summary>
    public required int Window { get; init; }

    public void Run(int from, int to)
    {
        for (var number = from; number < to; number++)
        {
            var (head, token) = (number / Tokens * Together, number % Tokens);
            var row = Rows[token];
            var at = (((long)token * Heads) + head) * HeadSize;
            var seen = row.Position + 1;
            var oldest = Math.Max(0, seen - Window);
            var room = BlockTable.BlocksFor(seen) * BlockTable.Positions;
            var scores = Room((long)Together * room);

            // What the token before has just read is in the cache.
            var isFar = token == 0 || Rows[token - 1].Blocks != row.Blocks;
            Score(new(Keys, Stride, row.Blocks, isFar), head, oldest, seen, Query + at, scores);

            for (var one = 0; one < Together; one++)
            {
                VectorOperations.SoftMax(scores + ((long)one * room) + oldest, seen - oldest, MathF.Sqrt(HeadSize));
            }

            Mix(new(Values, Stride, row.Blocks, isFar), head, oldest, seen, scores, Output + at);
        }
    }

    private static float* Room(long scores)
    {
        if (Scratch is null || Scratch.Count < scores)
        {
            Scratch?.Dispose();
            Scratch = new AlignedFloats(2 * scores);
        }

        return Scratch.Pointer;
    }

    private void Score(PagedRows keys, int head, int oldest, int seen, float* query, float* scores)
    {
        var room = BlockTable.BlocksFor(seen) * BlockTable.Positions;

        for (var at = oldest; at < seen;)
        {
            var (block, begin) = (at / BlockTable.Positions, at % BlockTable.Positions);
            var first = block * BlockTable.Positions;
            var end = Math.Min(BlockTable.Positions, seen - first);
            at = first + end;
            AskNext(keys, head, at, seen);
            var rows = keys.Of(block) + PlaceOf(head);

            for (var one = 0; one < Together; one++)
            {
                float* q = query + (one * HeadSize), sums = scores + ((long)one * room) + first;

                if (end - begin == BlockTable.Positions && HeadSize % Vector512<float>.Count == 0)
                {
                    DotBlocks.Block16X1(rows, HeadSize, q, sums);
                }
                else
                {
                    DotKernel.Rows((byte*)rows, TensorFormat.F32, HeadSize, begin, end, q, 1, sums, end);
                }
            }
        }
    }

    /// <summary>y = sum over positions of score · value, for each of the heads.</summary>
    private void Mix(PagedRows values, int head, int oldest, int seen, float* scores, float* y)
    {
        var room = BlockTable.BlocksFor(seen) * BlockTable.Positions;
        new Span<float>(y, Together * HeadSize).Clear();

        for (var at = oldest; at < seen;)
        {
            var (block, begin) = (at / BlockTable.Positions, at % BlockTable.Positions);
            var count = Math.Min(BlockTable.Positions - begin, seen - at);
            AskNext(values, head, at + count, seen);
            var rows = values.Of(block) + PlaceOf(head) + ((long)begin * HeadSize);

            for (var one = 0; one < Together; one++)
            {
                VectorOperations.Mix(
                    scores + ((long)one * room) + at, rows, count, HeadSize, y + ((long)one * HeadSize));
            }

            at += count;
        }
    }

    /// <summary>Asks for what the heads read after their block: the positions from this one on.</summary>
    private void AskNext(PagedRows rows, int head, int at, int seen)
    {
        if (at < seen)
        {
            rows.Ask(at / BlockTable.Positions, PlaceOf(head), Math.Min(BlockTable.Positions, seen - at) * HeadSize);
        }
    }

    /// <summary>Where in a block the rows begin that a head of the query, and those done with it, share.</summary>
    private long PlaceOf(int head) => (long)(head / (Heads / SharedHeads)) * BlockTable.Positions * HeadSize;
}
