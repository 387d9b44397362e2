using ILGPU;
using ILGPU.Algorithms;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// From a product's sums to queries, and to keys and values in their blocks: biases, norms of heads, and every pair
/// turned by its position's angle (Su et al. 2021); one thread a pair. Angles come from one table on every device.
/// </summary>
internal static class HeadsKernel
{
    /// <param name="sums">Rows of queries, keys and values.</param>
    /// <param name="norm">What the sums are multiplied by.</param>
    /// <param name="extras">Biases of all rows, then the weights of the norms of a query's and a key's head.</param>
    /// <param name="cosine">[position][pair].</param>
    /// <param name="sine">[position][pair].</param>
    /// <param name="plan">The tokens.</param>
    /// <param name="query">[token][head][size].</param>
    /// <param name="cache">Keys and values of the layer.</param>
    /// <param name="size">How all that lies.</param>
    public static void Run(
        PartSums sums, NormScale norm, ArrayView<float> extras, ArrayView<float> cosine, ArrayView<float> sine,
        RowPlan plan, ArrayView<float> query, ArrayView<float> cache, HeadsSize size)
    {
        var thread = Grid.GlobalIndex.X;
        var pairs = size.Width / 2;

        if (thread >= plan.Rows * pairs)
        {
            return;
        }

        var row = thread / pairs;
        var flat = 2 * (thread - (row * pairs));
        var (isQuery, isValue) = (flat < size.QueryWidth, flat >= size.QueryWidth + size.Cache.Width);
        var begin = isQuery ? 0 : isValue ? size.QueryWidth + size.Cache.Width : size.QueryWidth;
        var headSize = size.Cache.HeadSize;
        var head = (flat - begin) / headSize;
        var pair = (flat - begin - (head * headSize)) / 2;
        var isHalves = size.Halves != 0 && !isValue;
        var first = isHalves ? pair : 2 * pair;
        var second = first + (isHalves ? headSize / 2 : 1);
        begin += head * headSize;
        var scale = norm.Of(row);
        var a = Value(sums, scale, extras, row, begin + first, size);
        var b = Value(sums, scale, extras, row, begin + second, size);
        var position = plan.Position(row);

        if (!isValue)
        {
            if (size.HasNorm != 0)
            {
                var rms = HeadScale(sums, scale, extras, row, begin, size);
                var weights = size.Width + (isQuery ? 0 : headSize);
                a = a * rms * extras[weights + first];
                b = b * rms * extras[weights + second];
            }

            var angle = ((long)position * (headSize / 2)) + pair;
            var turned = (a * cosine[angle]) - (b * sine[angle]);
            b = (a * sine[angle]) + (b * cosine[angle]);
            a = turned;
        }

        if (isQuery)
        {
            var at = ((long)row * size.QueryWidth) + begin;
            query[at + first] = a;
            query[at + second] = b;
            return;
        }

        var block = plan.Block(row, position / BlockTable.Positions);
        var within = position % BlockTable.Positions;
        cache[Place(size.Cache, block, head, within, first, isValue)] = a;
        cache[Place(size.Cache, block, head, within, second, isValue)] = b;
    }

    private static long Place(CacheSize size, int block, int head, int within, int element, bool isValue) => isValue
        ? size.Value(block, head, within, element)
        : size.Key(block, head, element) + within;

    private static float Value(
        PartSums sums, float scale, ArrayView<float> extras, int row, int element, HeadsSize size)
    {
        var value = scale * sums.Of(row, element);
        return size.HasBias != 0 ? value + extras[element] : value;
    }

    private static float HeadScale(
        PartSums sums, float scale, ArrayView<float> extras, int row, int begin, HeadsSize size)
    {
        var square = 0f;

        for (var at = 0; at < size.Cache.HeadSize; at++)
        {
            var value = Value(sums, scale, extras, row, begin + at, size);
            square += value * value;
        }

        return 1f / XMath.Sqrt((square / size.Cache.HeadSize) + size.Epsilon);
    }
}
