using System.Buffers.Binary;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// Q6_K: 128 bytes with the lower four bits of 256 weights, 64 bytes with the upper two, sixteen signed scales of 16
/// weights each, and an F16 scale of scales. A weight is scale · (bits - 32). Source: ggml, ggml-common.h and
/// ggml-quants.c.
/// </summary>
internal static class SixBitSuperBlock
{
    public const int Weights = 256;
    public const int Bytes = 210;
    public const int HighAt = 128;
    public const int ScalesAt = 192;
    public const int ScaleAt = 208;

    /// <summary>Weights of a part with a scale of its own.</summary>
    public const int Part = 16;

    public const int Zero = 32;

    private const int ScaleMax = 127;

    /// <summary>Each part's largest weight in 32 steps; plainer than ggml's search for the smallest error.</summary>
    public static void Encode(ReadOnlySpan<float> weights, Span<byte> block)
    {
        block.Clear();
        Span<float> scales = stackalloc float[Weights / Part];
        var largest = 0f;

        for (var part = 0; part < scales.Length; part++)
        {
            foreach (var weight in weights.Slice(part * Part, Part))
            {
                scales[part] = MathF.Max(scales[part], MathF.Abs(weight) / (Zero - 1));
            }

            largest = MathF.Max(largest, scales[part]);
        }

        BinaryPrimitives.WriteHalfLittleEndian(block[ScaleAt..], (Half)(largest / ScaleMax));
        var unit = (float)BinaryPrimitives.ReadHalfLittleEndian(block[ScaleAt..]);

        for (var at = 0; at < Weights; at++)
        {
            var steps = unit == 0 ? 0 : Math.Clamp((int)MathF.Round(scales[at / Part] / unit), 0, ScaleMax);
            block[ScalesAt + (at / Part)] = (byte)steps;
            var value = steps == 0 ? 0 : (int)MathF.Round(weights[at] / (unit * steps));
            var bits = Math.Clamp(value, -Zero, Zero - 1) + Zero;
            var (low, lowShift, high, highShift) = PlaceOf(at);
            block[low] |= (byte)((bits & 0xF) << lowShift);
            block[high] |= (byte)(bits >> 4 << highShift);
        }
    }

    public static void Decode(ReadOnlySpan<byte> block, Span<float> weights)
    {
        var unit = (float)BinaryPrimitives.ReadHalfLittleEndian(block[ScaleAt..]);

        for (var at = 0; at < Weights; at++)
        {
            var (low, lowShift, high, highShift) = PlaceOf(at);
            var bits = ((block[low] >> lowShift) & 0xF) | (((block[high] >> highShift) & 3) << 4);
            weights[at] = unit * (sbyte)block[ScalesAt + (at / Part)] * (bits - Zero);
        }
    }

    /// <summary>
    /// Bytes and shifts of a weight's bits: within each half of 128, a byte's nibbles are 64 weights apart, and its
    /// pairs of bits 32.
    /// </summary>
    public static (int Low, int LowShift, int High, int HighShift) PlaceOf(int at)
    {
        var (half, quarter, within) = (at / 128, at / 32 % 4, at % 32);
        return ((half * 64) + (quarter % 2 * 32) + within, quarter / 2 * 4, HighAt + (half * 32) + within, quarter * 2);
    }
}
