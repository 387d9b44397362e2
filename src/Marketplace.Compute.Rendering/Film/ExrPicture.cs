using System.IO.Compression;
using System.Text;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// Writes OpenEXR 2.0 scan lines with ZIP compression (openexr.com, "OpenEXR File Layout"): channels by name, half and
/// float mixed as asked. Radiance keeps its range, in halves up to 65,504;
/// nothing is tone mapped.
/// </summary>
public static class ExrPicture
{
    private const int Magic = 20000630;
    private const int Version = 2;
    private const byte ZipCompression = 3;
    private const int RowsInBlock = 16;

    /// <summary>Channels in one file at most.</summary>
    public const int ChannelsMax = 64;

    /// <summary>Bytes of a channel's name at most, without the long-name flag.</summary>
    public const int NameBytesMax = 31;

    /// <summary>Writes a picture; the channels may come in any order.</summary>
    /// <exception cref="ArgumentException">
    /// The size is none, a channel has not one value a pixel, or names are empty, too long or double.
    /// </exception>
    public static void Write(Stream stream, int width, int height, IReadOnlyList<ExrChannel> channels)
    {
        Check(width, height, channels);

        // The format wants them sorted, and readers take the order for granted.
        var sorted = channels.OrderBy(channel => channel.Name, StringComparer.Ordinal).ToArray();
        var header = Header(width, height, sorted);
        var blocks = Enumerable.Range(0, (height + RowsInBlock - 1) / RowsInBlock)
            .Select(block => Block(width, height, block * RowsInBlock, sorted)).ToArray();
        using var writer = new BinaryWriter(stream, Encoding.ASCII, leaveOpen: true);
        writer.Write(header);
        var place = (long)header.Length + (blocks.Length * 8);

        foreach (var block in blocks)
        {
            writer.Write(place);
            place += 8 + block.Length;
        }

        for (var i = 0; i < blocks.Length; i++)
        {
            writer.Write(i * RowsInBlock);
            writer.Write(blocks[i].Length);
            writer.Write(blocks[i]);
        }
    }

    private static void Check(int width, int height, IReadOnlyList<ExrChannel> channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, RenderView.SizeMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, RenderView.SizeMax);

        if (channels.Count is 0 or > ChannelsMax)
        {
            throw new ArgumentException(
                $"channels: {channels.Count}, allowed are 1 to {ChannelsMax}.", nameof(channels));
        }

        foreach (var channel in channels)
        {
            if (channel.Name.Length is 0 or > NameBytesMax || channel.Name.Any(c => c is <= ' ' or > '~'))
            {
                throw new ArgumentException(
                    $"channel '{channel.Name}': a name has 1 to {NameBytesMax} visible ASCII characters.",
                    nameof(channels));
            }

            if (channel.Values.Length != (long)width * height)
            {
                throw new ArgumentException(
                    $"channel {channel.Name}: {channel.Values.Length} values for {width} x {height} pixels.",
                    nameof(channels));
            }
        }

        if (channels.Select(channel => channel.Name).Distinct(StringComparer.Ordinal).Count() < channels.Count)
        {
            throw new ArgumentException("channels: two have the same name.", nameof(channels));
        }
    }

    private static byte[] Header(int width, int height, ExrChannel[] channels)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.ASCII);
        writer.Write(Magic);
        writer.Write(Version);
        Attribute(writer, "channels", "chlist", list =>
        {
            foreach (var channel in channels)
            {
                Text(list, channel.Name);
                list.Write((int)channel.Precision);
                list.Write(0);
                list.Write(1);
                list.Write(1);
            }

            list.Write((byte)0);
        });
        Attribute(writer, "compression", "compression", value => value.Write(ZipCompression));
        Attribute(writer, "dataWindow", "box2i", Box);
        Attribute(writer, "displayWindow", "box2i", Box);
        Attribute(writer, "lineOrder", "lineOrder", value => value.Write((byte)0));
        Attribute(writer, "pixelAspectRatio", "float", value => value.Write(1f));
        Attribute(writer, "screenWindowCenter", "v2f", value => value.Write(0L));
        Attribute(writer, "screenWindowWidth", "float", value => value.Write(1f));
        writer.Write((byte)0);

        return bytes.ToArray();

        void Box(BinaryWriter value)
        {
            value.Write(0L);
            value.Write(width - 1);
            value.Write(height - 1);
        }
    }

    private static void Attribute(BinaryWriter writer, string name, string type, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var value = new BinaryWriter(bytes, Encoding.ASCII);
        write(value);
        Text(writer, name);
        Text(writer, type);
        writer.Write((int)bytes.Length);
        writer.Write(bytes.ToArray());
    }

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write(Encoding.ASCII.GetBytes(text));
        writer.Write((byte)0);
    }

    private static byte[] Block(int width, int height, int first, ExrChannel[] channels)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);

        for (var row = first; row < Math.Min(first + RowsInBlock, height); row++)
        {
            foreach (var channel in channels)
            {
                foreach (var value in channel.Values.AsSpan(row * width, width))
                {
                    if (channel.Precision == ExrPrecision.Half)
                    {
                        writer.Write((Half)Within(value, (float)Half.MaxValue));
                    }
                    else
                    {
                        writer.Write(Within(value, float.MaxValue));
                    }
                }
            }
        }

        var raw = bytes.ToArray();
        var packed = Zip(raw);

        // A block that does not shrink is stored as it is; readers tell by its length.
        return packed.Length < raw.Length ? packed : raw;
    }

    /// <summary>
    /// What compositors can add up: no infinity, and black for what is no number. A half ends at 65,504.
    /// </summary>
    private static float Within(float value, float most) => float.IsNaN(value) ? 0f : Math.Clamp(value, -most, most);

    /// <summary>Even bytes, then odd ones, as differences: neighbours of a float are alike byte by byte.</summary>
    private static byte[] Zip(byte[] raw)
    {
        var split = new byte[raw.Length];

        for (var i = 0; i < raw.Length; i++)
        {
            split[(i / 2) + (i % 2 == 0 ? 0 : (raw.Length + 1) / 2)] = raw[i];
        }

        for (var i = split.Length - 1; i > 0; i--)
        {
            split[i] = (byte)(split[i] - split[i - 1] + 128);
        }

        using var packed = new MemoryStream();

        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(split);
        }

        return packed.ToArray();
    }
}
