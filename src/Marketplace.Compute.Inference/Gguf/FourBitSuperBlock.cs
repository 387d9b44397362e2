using System.Buffers.Binary;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// Q4_K: an F16 scale of scales, an F16 scale of least values, eight pairs of both in 6 bits each within 12 bytes, then
/// 128 bytes: 32 of them hold a part of 32 weights in the lower nibbles and the next part in the upper. A weight is
/// scale · nibble - least. Source: ggml, ggml-common.h and ggml-quants.c.
/// </summary>
internal static class FourBitSuperBlock
{
    public const int Weights = 256;
    public const int Bytes = 144;
    public const int ScalesAt = 4;
    public const int NibblesAt = 16;

    /// <summary>Weights of a part.</summary>
    public const int Part = 32;

    private const int Parts = Weights / Part;
    private const int SixBits = 63;
    private const int NibbleMax = 15;

    /// <summary>Scale and least value of a part, in 6 bits each.</summary>
    /// <param name="part">0 to 7.</param>
    /// <param name="scales">The 12 bytes.</param>
    public static (int Scale, int Least) PartOf(int part, ReadOnlySpan<byte> scales) => part < 4
        ? (scales[part] & SixBits, scales[part + 4] & SixBits)
        : ((scales[part + 4] & 0xF) | (scales[part - 4] >> 6 << 4), (scales[part + 4] >> 4) | (scales[part] >> 6 << 4));

    /// <summary>Each part's range in 15 steps; plainer than ggml's search for the smallest error.</summary>
    public static void Encode(ReadOnlySpan<float> weights, Span<byte> block)
    {
        block.Clear();
        Span<float> ranges = stackalloc float[Parts];
        Span<float> leasts = stackalloc float[Parts];

        for (var part = 0; part < Parts; part++)
        {
            var (least, largest) = (0f, 0f);

            foreach (var weight in weights.Slice(part * Part, Part))
            {
                (least, largest) = (MathF.Min(least, weight), MathF.Max(largest, weight));
            }

            (ranges[part], leasts[part]) = ((largest - least) / NibbleMax, -least);
        }

        var (scale, leastScale) = (Largest(ranges) / SixBits, Largest(leasts) / SixBits);
        BinaryPrimitives.WriteHalfLittleEndian(block, (Half)scale);
        BinaryPrimitives.WriteHalfLittleEndian(block[2..], (Half)leastScale);

        for (var part = 0; part < Parts; part++)
        {
            Pack(part, Steps(ranges[part], scale), Steps(leasts[part], leastScale), block[ScalesAt..NibblesAt]);
        }

        for (var part = 0; part < Parts; part++)
        {
            var (step, least) = Values(part, block);

            for (var at = 0; at < Part; at++)
            {
                var steps = step == 0 ? 0 : (weights[(part * Part) + at] + least) / step;
                var nibble = Math.Clamp((int)MathF.Round(steps), 0, NibbleMax);
                block[NibblesAt + (part / 2 * Part) + at] |= (byte)(nibble << (part % 2 * 4));
            }
        }
    }

    public static void Decode(ReadOnlySpan<byte> block, Span<float> weights)
    {
        for (var part = 0; part < Parts; part++)
        {
            var (step, least) = Values(part, block);

            for (var at = 0; at < Part; at++)
            {
                var nibble = (block[NibblesAt + (part / 2 * Part) + at] >> (part % 2 * 4)) & 0xF;
                weights[(part * Part) + at] = (step * nibble) - least;
            }
        }
    }

    private static (float Step, float Least) Values(int part, ReadOnlySpan<byte> block)
    {
        var (scale, least) = PartOf(part, block[ScalesAt..NibblesAt]);
        return (
            (float)BinaryPrimitives.ReadHalfLittleEndian(block) * scale,
            (float)BinaryPrimitives.ReadHalfLittleEndian(block[2..]) * least);
    }

    private static int Steps(float value, float scale) =>
        scale == 0 ? 0 : Math.Clamp((int)MathF.Round(value / scale), 0, SixBits);

    private static void Pack(int part, int scale, int least, Span<byte> scales)
    {
        if (part < 4)
        {
            scales[part] |= (byte)scale;
            scales[part + 4] |= (byte)least;
            return;
        }

        scales[part + 4] |= (byte)((scale & 0xF) | (least << 4));
        scales[part - 4] |= (byte)(scale >> 4 << 6);
        scales[part] |= (byte)(least >> 4 << 6);
    }

    private static float Largest(ReadOnlySpan<float> values)
    {
        var largest = 0f;

        foreach (var value in values)
        {
            largest = MathF.Max(largest, value);
        }

        return largest;
    }
}
