using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Scores to weights that sum to 1, the largest subtracted first; one thread a (token, head).</summary>
internal static class SoftMaxKernel
{
    public static void Run(ArrayView<float> scores, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Tokens * size.Heads)
        {
            return;
        }

        var token = thread / size.Heads;
        var oldest = size.Oldest(token);
        var first = (thread * size.Seen) + oldest;
        var count = size.Position + token + 1 - oldest;
        var largest = scores[first];

        for (var at = 1; at < count; at++)
        {
            largest = scores[first + at] > largest ? scores[first + at] : largest;
        }

        var sum = 0f;

        for (var at = 0; at < count; at++)
        {
            var weight = XMath.Exp(scores[first + at] - largest);
            scores[first + at] = weight;
            sum += weight;
        }

        for (var at = 0; at < count; at++)
        {
            scores[first + at] = scores[first + at] / sum;
        }
    }
}
