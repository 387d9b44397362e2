using ILGPU;
using ILGPU.Algorithms;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// For every position of a block: exp((q · k - largest) / sqrt(head size)), with the block's largest; and the sum of
/// those. One thread a (token, block, head). Vaswani et al. 2017; Dao et al. 2023, "Flash-Decoding".
/// </summary>
internal static class AttentionWeightsKernel
{
    private const float Least = -3.4e38f;

    /// <param name="plan">The tokens.</param>
    /// <param name="query">[token of the plan][head][size].</param>
    /// <param name="cache">Keys and values of the layer.</param>
    /// <param name="weights">[token][head][block][position].</param>
    /// <param name="blocks">[token][head][block] the largest score, over sqrt(head size), and the sum.</param>
    /// <param name="size">How all that lies.</param>
    public static void Run(
        RowPlan plan, ArrayView<float> query, ArrayView<float> cache, ArrayView<float> weights,
        ArrayView<float> blocks, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Rows * size.Blocks * size.Heads)
        {
            return;
        }

        var head = thread % size.Heads;
        var rest = thread / size.Heads;
        var block = rest % size.Blocks;
        var row = rest / size.Blocks;
        var own = plan.Position(size.First + row);
        var oldest = size.Oldest(own);
        var begin = block * BlockTable.Positions;

        if (begin > own || begin + BlockTable.Positions <= oldest)
        {
            return;
        }

        var q = ((long)(size.First + row) * size.Width) + (head * size.Cache.HeadSize);
        var key = size.Cache.Key(plan.Block(size.First + row, block), size.Shared(head), 0);
        FourScores s0 = default, s1 = default, s2 = default, s3 = default;

        for (var element = 0; element < size.Cache.HeadSize; element++)
        {
            var value = query[q + element];
            s0 = s0.Plus(value, cache, key);
            s1 = s1.Plus(value, cache, key + 4);
            s2 = s2.Plus(value, cache, key + 8);
            s3 = s3.Plus(value, cache, key + 12);
            key += BlockTable.Positions;
        }

        var largest = s0.Largest(Least, begin, oldest, own);
        largest = s1.Largest(largest, begin + 4, oldest, own);
        largest = s2.Largest(largest, begin + 8, oldest, own);
        largest = s3.Largest(largest, begin + 12, oldest, own);
        var scale = 1f / XMath.Sqrt(size.Cache.HeadSize);
        s0 = s0.Weights(largest, scale, begin, oldest, own);
        s1 = s1.Weights(largest, scale, begin + 4, oldest, own);
        s2 = s2.Weights(largest, scale, begin + 8, oldest, own);
        s3 = s3.Weights(largest, scale, begin + 12, oldest, own);
        var place = ((((long)row * size.Heads) + head) * size.Blocks) + block;
        var at = place * BlockTable.Positions;
        s0.Store(weights, at);
        s1.Store(weights, at + 4);
        s2.Store(weights, at + 8);
        s3.Store(weights, at + 12);
        blocks[2 * place] = largest * scale;
        blocks[(2 * place) + 1] = (s0.Sum + s1.Sum) + (s2.Sum + s3.Sum);
    }
}
