using ILGPU;
using ILGPU.Algorithms;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Values times weights over a span of blocks, under the span's largest score: y itself where a token sees one span,
/// else for <see cref="AttentionJoinKernel"/>. One thread a (token, head, span, element).
/// </summary>
internal static class AttentionMixKernel
{
    /// <param name="plan">The tokens.</param>
    /// <param name="cache">Keys and values of the layer.</param>
    /// <param name="weights">[token][head][block][position].</param>
    /// <param name="blocks">[token][head][block] the largest score and the sum of the weights.</param>
    /// <param name="y">[token of the plan][head][size], tokens a stride apart.</param>
    /// <param name="spans">[token][head][span] mixed values, then the largest score and the sum.</param>
    /// <param name="size">How all that lies.</param>
    public static void Run(
        RowPlan plan, ArrayView<float> cache, ArrayView<float> weights, ArrayView<float> blocks, ArrayView<float> y,
        ArrayView<float> spans, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;
        var headSize = size.Cache.HeadSize;

        if (thread >= size.Rows * size.Heads * size.Spans * headSize)
        {
            return;
        }

        var element = thread % headSize;
        var rest = thread / headSize;
        var span = rest % size.Spans;
        var pair = rest / size.Spans;
        var row = pair / size.Heads;
        var head = pair - (row * size.Heads);
        var own = plan.Position(size.First + row);
        var oldest = size.Oldest(own);
        var firstBlock = oldest / BlockTable.Positions;
        var lastBlock = own / BlockTable.Positions;
        var begin = span * AttentionSize.SpanBlocks;
        var end = begin + AttentionSize.SpanBlocks - 1;
        var from = begin > firstBlock ? begin : firstBlock;
        var to = end < lastBlock ? end : lastBlock;

        if (from > to)
        {
            return;
        }

        var first = (long)pair * size.Blocks;
        var largest = Largest(blocks, first + from, first + to);
        float mixed = 0, total = 0;

        for (var block = from; block <= to; block++)
        {
            var value = size.Cache.Value(plan.Block(size.First + row, block), size.Shared(head), 0, element);
            var seen = block * BlockTable.Positions;
            var sum = Mixed(
                cache, weights, value, (first + block) * BlockTable.Positions, oldest - seen, own - seen, headSize);
            var scale = XMath.Exp(blocks[2 * (first + block)] - largest);
            mixed += scale * sum;
            total += scale * blocks[(2 * (first + block)) + 1];
        }

        if (firstBlock / AttentionSize.SpanBlocks == lastBlock / AttentionSize.SpanBlocks)
        {
            y[((long)(size.First + row) * size.Stride) + (head * headSize) + element] = mixed / total;
            return;
        }

        var output = (((long)pair * size.Spans) + span) * (headSize + 2);
        spans[output + element] = mixed;

        if (element == 0)
        {
            spans[output + headSize] = largest;
            spans[output + headSize + 1] = total;
        }
    }

    private static float Largest(ArrayView<float> blocks, long first, long last)
    {
        var largest = blocks[2 * first];

        for (var block = first + 1; block <= last; block++)
        {
            var other = blocks[2 * block];
            largest = other > largest ? other : largest;
        }

        return largest;
    }

    /// <summary>Values of a block times their weights; places that are not seen may hold anything.</summary>
    private static float Mixed(
        ArrayView<float> cache, ArrayView<float> weights, long value, long weight, int oldest, int own, int headSize)
    {
        var at = oldest > 0 ? oldest : 0;
        var end = own < BlockTable.Positions - 1 ? own : BlockTable.Positions - 1;
        var sum = 0f;

        for (; at <= end; at++)
        {
            sum += weights[weight + at] * cache[value + (at * headSize)];
        }

        return sum;
    }
}
