using System.Buffers.Binary;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// Q4_0: an F16 scale, then 16 bytes; byte j holds weight j in its lower nibble and weight j + 16 in its upper, both
/// with 8 added. Source: ggml, ggml-common.h and ggml-quants.c.
/// </summary>
internal static class FourBitBlock
{
    public const int Weights = 32;
    public const int Bytes = 18;

    /// <summary>Of the nibbles within a block.</summary>
    public const int NibblesAt = 2;

    public const int Zero = 8;

    private const int Part = Weights / 2;

    public static void Encode(ReadOnlySpan<float> weights, Span<byte> block)
    {
        // The largest weight becomes -8, the end of the range that has one more step.
        var largest = 0f;

        foreach (var weight in weights)
        {
            largest = MathF.Abs(weight) > MathF.Abs(largest) ? weight : largest;
        }

        var scale = largest / -Zero;
        var inverse = scale == 0 ? 0 : 1f / scale;
        BinaryPrimitives.WriteHalfLittleEndian(block, (System.Half)scale);

        for (var at = 0; at < Part; at++)
        {
            block[NibblesAt + at] = (byte)(
                Nibble(weights[at] * inverse) | (Nibble(weights[at + Part] * inverse) << 4));
        }
    }

    public static void Decode(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var scale = (float)BinaryPrimitives.ReadHalfLittleEndian(block);

        for (var at = 0; at < Part; at++)
        {
            var pair = block[NibblesAt + at];
            weights[at] = ((pair & 0xF) - Zero) * scale;
            weights[at + Part] = ((pair >> 4) - Zero) * scale;
        }
    }

    private static int Nibble(float value) => Math.Clamp((int)(value + Zero + 0.5f), 0, 15);
}
