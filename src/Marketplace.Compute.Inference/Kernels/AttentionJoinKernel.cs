using ILGPU;
using ILGPU.Algorithms;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>The spans of a token that sees several, in ascending order; one thread a (token, head, element).</summary>
internal static class AttentionJoinKernel
{
    /// <param name="plan">The tokens.</param>
    /// <param name="spans">[token][head][span] mixed values, then the largest score and the sum.</param>
    /// <param name="y">[token of the plan][head][size], tokens a stride apart.</param>
    /// <param name="size">How all that lies.</param>
    public static void Run(RowPlan plan, ArrayView<float> spans, ArrayView<float> y, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;
        var headSize = size.Cache.HeadSize;

        if (thread >= size.Rows * size.Width)
        {
            return;
        }

        var pair = thread / headSize;
        var element = thread - (pair * headSize);
        var row = pair / size.Heads;
        var own = plan.Position(size.First + row);
        var from = size.Oldest(own) / (BlockTable.Positions * AttentionSize.SpanBlocks);
        var to = own / (BlockTable.Positions * AttentionSize.SpanBlocks);

        if (from == to)
        {
            return;
        }

        var first = (long)pair * size.Spans * (headSize + 2);
        var largest = spans[first + (from * (headSize + 2)) + headSize];

        for (var span = from + 1; span <= to; span++)
        {
            var other = spans[first + (span * (headSize + 2)) + headSize];
            largest = other > largest ? other : largest;
        }

        float mixed = 0, total = 0;

        for (var span = from; span <= to; span++)
        {
            var at = first + (span * (headSize + 2));
            var scale = XMath.Exp(spans[at + headSize] - largest);
            mixed += scale * spans[at + element];
            total += scale * spans[at + headSize + 1];
        }

        var within = thread - (row * size.Width);
        y[((long)(size.First + row) * size.Stride) + within] = mixed / total;
    }
}
