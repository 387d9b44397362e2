using System.Buffers.Binary;
using System.IO.Compression;
using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class PngPictureTests
{
    /// <summary>Steps that 8 bits cannot tell apart.</summary>
    [Fact]
    public void Sixteen_bits_keep_what_eight_bits_lose()
    {
        float[] light = [.. Enumerable.Range(0, 64).SelectMany(i => Enumerable.Repeat(0.5f + (i * 4e-5f), 3))];
        var film = new FrameFilm(64, 1, 16);
        film.Add(new TileSums(new(0, 0, 64, 1), new(0, 16), 0, 0, [.. light.Select(value => value * 16f)]));
        using var png = new MemoryStream();
        film.ToPng16(ToneMap.Srgb, png);

        var (depth, values) = Read(png.ToArray());

        Assert.Equal(16, depth);
        Assert.Equal(64, values.Distinct().Count());

        for (var i = 0; i < 64; i++)
        {
            // The sRGB curve in double precision.
            var coded = (1.055 * Math.Pow(light[i * 3], 1 / 2.4)) - 0.055;
            Assert.Equal(coded * 65535, values[i], 1.0);
        }
    }

    /// <summary>Red of a picture of one row, by the format's description: red first, rows behind a filter byte.</summary>
    private static (int Depth, int[] Red) Read(byte[] png)
    {
        using var packed = new MemoryStream();
        var (depth, colour, width) = (0, 0, 0);

        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var kind = System.Text.Encoding.ASCII.GetString(png, at + 4, 4);

            if (kind == "IHDR")
            {
                width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at + 8));
                (depth, colour) = (png[at + 16], png[at + 17]);
            }
            else if (kind == "IDAT")
            {
                packed.Write(png, at + 8, length);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var raw = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Decompress))
        {
            zlib.CopyTo(raw);
        }

        var row = raw.ToArray();
        var step = (colour == 2 ? 3 : 4) * depth / 8;
        Unfilter(row, step);

        return (depth, [.. Enumerable.Range(0, width).Select(x => depth == 16
            ? BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(1 + (x * step)))
            : row[1 + (x * step)])]);
    }

    /// <summary>Of the first row only: there is none above it.</summary>
    private static void Unfilter(byte[] row, int step)
    {
        for (var i = 1 + step; i < row.Length; i++)
        {
            row[i] += row[0] switch
            {
                1 or 4 => row[i - step],
                3 => (byte)(row[i - step] / 2),
                _ => (byte)0,
            };
        }
    }
}
