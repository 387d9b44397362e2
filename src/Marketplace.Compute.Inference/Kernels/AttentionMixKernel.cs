using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// y[t, head] = sum over positions of weight · value; one thread an element, positions in ascending order.
/// </summary>
internal static class AttentionMixKernel
{
    public static void Run(ArrayView<float> weights, ArrayView<float> values, ArrayView<float> y, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Tokens * size.Width)
        {
            return;
        }

        var token = thread / size.Width;
        var within = thread - (token * size.Width);
        var head = within / size.HeadSize;
        var oldest = size.Oldest(token);
        var first = ((token * size.Heads) + head) * size.Seen;
        var value = ((long)oldest * size.KeyValueWidth) + size.SharedOffset(head) + (within - (head * size.HeadSize));
        var count = size.Position + token + 1;
        var sum = 0f;

        for (var position = oldest; position < count; position++)
        {
            sum += weights[first + position] * values[value];
            value += size.KeyValueWidth;
        }

        y[thread] = sum;
    }
}
