using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// scores[t, head, p] = q[t, head] · k[p, head] / sqrt(head size) for every position p that t sees; one thread a score.
/// Vaswani et al. 2017.
/// </summary>
internal static class AttentionScoresKernel
{
    public static void Run(ArrayView<float> query, ArrayView<float> keys, ArrayView<float> scores, AttentionSize size)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Tokens * size.Heads * size.Seen)
        {
            return;
        }

        var pair = thread / size.Seen;
        var position = thread - (pair * size.Seen);
        var token = pair / size.Heads;
        var head = pair - (token * size.Heads);

        if (position > size.Position + token || position < size.Oldest(token))
        {
            return;
        }

        var q = (token * size.Width) + (head * size.HeadSize);
        var k = ((long)position * size.KeyValueWidth) + size.SharedOffset(head);
        float even = 0, odd = 0;

        for (var at = 0; at < size.HeadSize; at += 2)
        {
            even += query[q + at] * keys[k + at];
            odd += query[q + at + 1] * keys[k + at + 1];
        }

        scores[thread] = (even + odd) * (1f / XMath.Sqrt(size.HeadSize));
    }
}
