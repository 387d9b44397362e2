using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CsCheck;
using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class ExrPictureTests
{
    [Fact]
    public void What_was_written_is_read_back() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 999]).Sample(
        (width, height, seed) =>
        {
            var random = new Random(seed);
            float[] depth = [.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle() * 1e6f)];
            float[] red = [.. Enumerable.Range(0, width * height).Select(i => i % 7 == 0 ? 0.5f : 1e5f)];
            var read = Read(Written(
                width, height, new("Z", ExrPrecision.Float, depth), new("R", ExrPrecision.Half, red)));

            Assert.Equal(depth, read["Z"]);
            Assert.Equal(red.Select(x => Math.Min(x, 65_504f)), read["R"]);
        }, iter: 30);

    [Theory]
    [InlineData(ExrPrecision.Half, 65_504f)]
    [InlineData(ExrPrecision.Float, float.MaxValue)]
    public void No_value_is_without_end_and_what_is_no_number_is_black(ExrPrecision precision, float most)
    {
        float[] values = [float.PositiveInfinity, float.NegativeInfinity, float.NaN, -float.NaN, 65_500f];

        Assert.Equal(
            [most, -most, 0f, 0f, precision == ExrPrecision.Half ? 65_504f : 65_500f],
            Read(Written(5, 1, new ExrChannel("R", precision, values)))["R"]);
    }

    [Fact]
    public void Channels_are_sorted_and_the_header_says_what_the_format_wants()
    {
        var exr = Written(
            2, 1, new("albedo.R", ExrPrecision.Half, [1f, 2f]), new("B", ExrPrecision.Half, [3f, 4f]));
        var text = Encoding.Latin1.GetString(exr);

        Assert.Equal([0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0], exr[..8]);
        Assert.True(text.IndexOf("B\0\x01", StringComparison.Ordinal)
            < text.IndexOf("albedo.R\0", StringComparison.Ordinal));

        foreach (var attribute in new[]
        {
            "channels", "compression", "dataWindow", "displayWindow", "lineOrder", "pixelAspectRatio",
            "screenWindowCenter", "screenWindowWidth",
        })
        {
            Assert.Contains(attribute + "\0", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flat_picture_is_packed_and_a_noisy_one_is_stored_as_it_is()
    {
        var random = new Random(3);
        var flat = Written(64, 64, new ExrChannel("R", ExrPrecision.Float, new float[64 * 64]));
        float[] noise =
        [
            .. Enumerable.Range(0, 64 * 64).Select(_ => BitConverter.Int32BitsToSingle(random.Next(1, 0x7F000000))),
        ];
        var noisy = Written(64, 64, new ExrChannel("R", ExrPrecision.Float, noise));

        Assert.True(flat.Length < 1000);
        Assert.Equal(noise, Read(noisy)["R"]);
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("a name with blanks", 4)]
    [InlineData("R", 3)]
    [InlineData("a-name-of-more-than-thirty-one-bytes", 4)]
    public void Channels_that_no_reader_could_use_are_refused(string name, int values) =>
        Assert.Throws<ArgumentException>(() => Written(2, 2, new ExrChannel(name, ExrPrecision.Half, new float[values])));

    [Fact]
    public void Two_channels_of_one_name_are_refused() => Assert.Throws<ArgumentException>(() => Written(
        1, 1, new("R", ExrPrecision.Half, [1f]), new("R", ExrPrecision.Float, [1f])));

    [Fact]
    public void A_film_is_written_with_its_own_radiance()
    {
        var film = new FrameFilm(2, 1, 16);
        film.Add(new TileSums(
            new Tile(0, 0, 2, 1), new SampleRange(0, 16), 0, 0, [16f, 32f, 48f, 8f, 4f, 2f]));
        using var stream = new MemoryStream();
        film.ToExr(ExrPrecision.Half, stream, new ExrChannel("Z", ExrPrecision.Float, [7f, 8f]));
        var read = Read(stream.ToArray());

        Assert.Equal([1f, 0.5f], read["R"]);
        Assert.Equal([2f, 0.25f], read["G"]);
        Assert.Equal([3f, 0.125f], read["B"]);
        Assert.Equal([7f, 8f], read["Z"]);
    }

    private static byte[] Written(int width, int height, params ExrChannel[] channels)
    {
        using var stream = new MemoryStream();
        ExrPicture.Write(stream, width, height, channels);

        return stream.ToArray();
    }

    /// <summary>A reader of its own, from the format's description.</summary>
    internal static Dictionary<string, float[]> Read(byte[] exr)
    {
        var at = 8;
        var channels = new List<(string Name, int Type)>();
        var (width, height) = (0, 0);

        while (exr[at] != 0)
        {
            var name = Text(exr, ref at);
            _ = Text(exr, ref at);
            var size = BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(at));
            var value = at + 4;
            at = value + size;

            if (string.Equals(name, "channels", StringComparison.Ordinal))
            {
                while (exr[value] != 0)
                {
                    var channel = Text(exr, ref value);
                    channels.Add((channel, BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(value))));
                    value += 16;
                }
            }
            else if (string.Equals(name, "dataWindow", StringComparison.Ordinal))
            {
                width = BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(value + 8)) + 1;
                height = BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(value + 12)) + 1;
            }
        }

        var picture = channels.ToDictionary(
            channel => channel.Name, _ => new float[width * height], StringComparer.Ordinal);
        var blocks = (height + 15) / 16;

        for (var block = 0; block < blocks; block++)
        {
            var place = (int)BinaryPrimitives.ReadInt64LittleEndian(exr.AsSpan(at + 1 + (block * 8)));
            var first = BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(place));
            var length = BinaryPrimitives.ReadInt32LittleEndian(exr.AsSpan(place + 4));
            var rows = Math.Min(16, height - first);
            var raw = rows * width * channels.Sum(channel => channel.Type == 1 ? 2 : 4);
            var bytes = length == raw
                ? exr.AsSpan(place + 8, length).ToArray()
                : Unzip(exr.AsSpan(place + 8, length).ToArray(), raw);
            Spread(bytes, first, rows, width, channels, picture);
        }

        return picture;
    }

    private static void Spread(
        byte[] bytes,
        int first,
        int rows,
        int width,
        List<(string Name, int Type)> channels,
        Dictionary<string, float[]> picture)
    {
        var at = 0;

        for (var row = first; row < first + rows; row++)
        {
            foreach (var (name, type) in channels)
            {
                for (var x = 0; x < width; x++)
                {
                    picture[name][(row * width) + x] = type == 1
                        ? (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(at))
                        : BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at));
                    at += type == 1 ? 2 : 4;
                }
            }
        }
    }

    private static byte[] Unzip(byte[] packed, int size)
    {
        using var zlib = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
        var t = new byte[size];
        zlib.ReadExactly(t);

        for (var i = 1; i < size; i++)
        {
            t[i] = (byte)(t[i - 1] + t[i] - 128);
        }

        var raw = new byte[size];

        for (var i = 0; i < size; i++)
        {
            raw[i] = i % 2 == 0 ? t[i / 2] : t[((size + 1) / 2) + (i / 2)];
        }

        return raw;
    }

    private static string Text(byte[] bytes, ref int at)
    {
        var end = Array.IndexOf(bytes, (byte)0, at);
        var text = Encoding.ASCII.GetString(bytes, at, end - at);
        at = end + 1;

        return text;
    }
}
