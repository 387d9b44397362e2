namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Cosines and sines of rotary positions, [position, pair], computed once in single precision, as the reference engines
/// do, so that devices share the same angles.
/// </summary>
internal static class RopeTable
{
    public static (float[] Cosine, float[] Sine) Make(LlamaShape shape, int positions)
    {
        var half = shape.HeadSize / 2;
        var cosine = new float[(long)positions * half];
        var sine = new float[(long)positions * half];

        for (var position = 0; position < positions; position++)
        {
            for (var pair = 0; pair < half; pair++)
            {
                var angle = position * (1f / MathF.Pow(shape.RopeBase, 2f * pair / shape.HeadSize));
                cosine[(position * half) + pair] = MathF.Cos(angle);
                sine[(position * half) + pair] = MathF.Sin(angle);
            }
        }

        return (cosine, sine);
    }
}
