namespace Marketplace.Compute.Inference.Tests.Kernels;

/// <summary>softmax(q · K / sqrt(size)) · V by plain loops.</summary>
internal static class AttentionTwin
{
    public static float[] Of(float[] query, float[] keys, float[] values, AttentionCase size)
    {
        var y = new float[query.Length];

        for (var token = 0; token < size.Tokens; token++)
        {
            for (var head = 0; head < size.Heads; head++)
            {
                var q = query.AsSpan((token * size.Width) + (head * size.HeadSize), size.HeadSize).ToArray();
                var seen = size.Position + token + 1;
                var count = Math.Min(seen, size.Window);
                var oldest = seen - count;
                var at = size.SharedOffset(head);
                var weights = Twin.SoftMax([.. Enumerable.Range(oldest, count).Select(position =>
                    Twin.Multiply(Slice(keys, position, at, size), 1, size.HeadSize, q, 1)[0] / MathF.Sqrt(size.HeadSize))]);

                for (var element = 0; element < size.HeadSize; element++)
                {
                    y[(token * size.Width) + (head * size.HeadSize) + element] = (float)Enumerable.Range(oldest, count)
                        .Sum(position => (double)weights[position - oldest] * Slice(values, position, at, size)[element]);
                }
            }
        }

        return y;
    }

    private static float[] Slice(float[] cache, int position, int at, AttentionCase size) =>
        cache.AsSpan((position * size.KeyValueWidth) + at, size.HeadSize).ToArray();
}
