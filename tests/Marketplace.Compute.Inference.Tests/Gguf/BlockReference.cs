using System.Buffers.Binary;

namespace Marketplace.Compute.Inference.Tests.Gguf;

/// <summary>
/// Rows of block formats to floats, loop for loop as ggml-quants.c has it (dequantize_row_q4_0, _q4_K, _q6_K), in double
/// precision. Shares no code with the engine.
/// </summary>
internal static class BlockReference
{
    public static double[] FourBit(ReadOnlySpan<byte> row)
    {
        var y = new double[row.Length / 18 * 32];

        for (var i = 0; i < y.Length / 32; i++)
        {
            var block = row.Slice(i * 18, 18);
            var d = HalfAt(block, 0);

            for (var j = 0; j < 16; j++)
            {
                y[(i * 32) + j] = ((block[2 + j] & 0x0F) - 8) * d;
                y[(i * 32) + j + 16] = ((block[2 + j] >> 4) - 8) * d;
            }
        }

        return y;
    }

    public static double[] FourBitSuper(ReadOnlySpan<byte> row)
    {
        var y = new List<double>();

        for (var i = 0; i < row.Length / 144; i++)
        {
            var block = row.Slice(i * 144, 144);
            var (d, min) = (HalfAt(block, 0), HalfAt(block, 2));
            var scales = block.Slice(4, 12);
            var q = block[16..];
            var part = 0;

            for (var j = 0; j < 256; j += 64)
            {
                var (sc, m) = ScaleMin(part, scales);
                var (d1, m1) = (d * sc, min * m);
                (sc, m) = ScaleMin(part + 1, scales);
                var (d2, m2) = (d * sc, min * m);

                for (var l = 0; l < 32; l++)
                {
                    y.Add((d1 * (q[l] & 0xF)) - m1);
                }

                for (var l = 0; l < 32; l++)
                {
                    y.Add((d2 * (q[l] >> 4)) - m2);
                }

                q = q[32..];
                part += 2;
            }
        }

        return [.. y];
    }

    public static double[] SixBitSuper(ReadOnlySpan<byte> row)
    {
        var y = new double[row.Length / 210 * 256];

        for (var i = 0; i < row.Length / 210; i++)
        {
            var block = row.Slice(i * 210, 210);
            var d = HalfAt(block, 208);
            var (ql, qh, sc) = (0, 128, 192);
            var to = i * 256;

            for (var n = 0; n < 256; n += 128)
            {
                for (var l = 0; l < 32; ++l)
                {
                    var scale = sc + (l / 16);
                    var q1 = ((block[ql + l] & 0xF) | (((block[qh + l] >> 0) & 3) << 4)) - 32;
                    var q2 = ((block[ql + l + 32] & 0xF) | (((block[qh + l] >> 2) & 3) << 4)) - 32;
                    var q3 = ((block[ql + l] >> 4) | (((block[qh + l] >> 4) & 3) << 4)) - 32;
                    var q4 = ((block[ql + l + 32] >> 4) | (((block[qh + l] >> 6) & 3) << 4)) - 32;
                    y[to + l] = d * (sbyte)block[scale] * q1;
                    y[to + l + 32] = d * (sbyte)block[scale + 2] * q2;
                    y[to + l + 64] = d * (sbyte)block[scale + 4] * q3;
                    y[to + l + 96] = d * (sbyte)block[scale + 6] * q4;
                }

                (to, ql, qh, sc) = (to + 128, ql + 64, qh + 32, sc + 8);
            }
        }

        return y;
    }

    private static double HalfAt(ReadOnlySpan<byte> block, int at) =>
        (double)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    private static (int Scale, int Min) ScaleMin(int j, ReadOnlySpan<byte> q) => j < 4
        ? (q[j] & 63, q[j + 4] & 63)
        : ((q[j + 4] & 0xF) | ((q[j - 4] >> 6) << 4), (q[j + 4] >> 4) | ((q[j - 0] >> 6) << 4));
}
