using System.Globalization;
using System.Text;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Reads Radiance RGBE pictures (Ward 1991), flat or run-length coded. GAMMA, EXPOSURE and PRIMARIES lines are
/// passed over: files in use carry meaningless ones.
/// </summary>
internal static class RadianceHdr
{
    private const int HeaderBytesMax = 64 * 1024;
    private const int RunWidthMin = 8;
    private const int RunWidthMax = 32767;

    /// <summary>
    /// Six times the sun in candela a square metre. At the most that an order brightens it, 2^20, light and variance
    /// are numbers; samples that are none would be left out, and the picture be black.
    /// </summary>
    private const float RadianceMax = 1e10f;

    /// <summary>Below it some values are so small that not every device tells them from zero.</summary>
    private const int ExponentMin = 11;

    public static EnvironmentMap Read(ReadOnlySpan<byte> file, SceneLimits limits)
    {
        var offset = 0;
        var (width, height) = ReadHeader(file, ref offset);

        if (width < 1 || height < 1 || (long)width * height > limits.EnvironmentPixelsMax)
        {
            throw new SceneFormatException(
                $"environment: {width} x {height} pixels, allowed are 1 to {limits.EnvironmentPixelsMax} "
                + $"({nameof(SceneLimits.EnvironmentPixelsMax)}).");
        }

        // A row of n pixels takes at least one run of two bytes per 127 values and channel.
        if ((long)height * (4 + (width / 32)) > file.Length - offset + 4L + (width * 4L))
        {
            throw new SceneFormatException(
                $"environment at byte {offset}: {width} x {height} pixels cannot be in {file.Length - offset} bytes.");
        }

        var pixels = new Float4[width * height];
        var row = new byte[width * 4];

        for (var y = 0; y < height; y++)
        {
            ReadRow(file, ref offset, row, width, y);

            for (var x = 0; x < width; x++)
            {
                pixels[(y * width) + x] = Decode(row, x, y, width);
            }
        }

        return EnvironmentMap.Of(width, height, pixels);
    }

    private static (int Width, int Height) ReadHeader(ReadOnlySpan<byte> file, ref int offset)
    {
        var first = ReadLine(file, ref offset);

        if (!first.StartsWith("#?", StringComparison.Ordinal))
        {
            throw new SceneFormatException("environment at byte 0: expected '#?RADIANCE'.");
        }

        for (var line = ReadLine(file, ref offset); line.Length > 0; line = ReadLine(file, ref offset))
        {
            if (line.StartsWith("FORMAT=", StringComparison.Ordinal)
                && line.Trim() != "FORMAT=32-bit_rle_rgbe")
            {
                throw new SceneFormatException($"environment: '{line}' is not supported, only 32-bit_rle_rgbe is.");
            }
        }

        var size = ReadLine(file, ref offset);
        var words = size.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        if (words is ["-Y", var rows, "+X", var columns]
            && int.TryParse(rows, NumberStyles.None, CultureInfo.InvariantCulture, out var height)
            && int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var width))
        {
            return (width, height);
        }

        throw new SceneFormatException(
            $"environment at byte {offset}: expected '-Y height +X width', not '{Shown(size)}'.");
    }

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40];

    private static string ReadLine(ReadOnlySpan<byte> file, ref int offset)
    {
        var rest = file[offset..Math.Min(file.Length, HeaderBytesMax)];
        var end = rest.IndexOf((byte)'\n');

        if (end < 0)
        {
            throw new SceneFormatException($"environment at byte {offset}: the header does not end.");
        }

        offset += end + 1;

        return Encoding.ASCII.GetString(rest[..end]).TrimEnd('\r');
    }

    /// <summary>One row, channel after channel.</summary>
    private static void ReadRow(ReadOnlySpan<byte> file, ref int offset, byte[] row, int width, int y)
    {
        var head = Take(file, ref offset, 4, y);

        if (width is < RunWidthMin or > RunWidthMax || head[0] != 2 || head[1] != 2 || (head[2] & 0x80) != 0)
        {
            ReadFlatRow(file, ref offset, row, width, y);

            return;
        }

        if (((head[2] << 8) | head[3]) != width)
        {
            throw new SceneFormatException(
                $"environment at byte {offset - 2}: row {y} says it is {(head[2] << 8) | head[3]} wide, not {width}.");
        }

        for (var channel = 0; channel < 4; channel++)
        {
            ReadRuns(file, ref offset, row.AsSpan(channel * width, width), y);
        }
    }

    private static void ReadRuns(ReadOnlySpan<byte> file, ref int offset, Span<byte> channel, int y)
    {
        var x = 0;

        while (x < channel.Length)
        {
            var count = (int)Take(file, ref offset, 1, y)[0];
            var repeated = count > 128;
            count = repeated ? count - 128 : count;

            if (count == 0 || count > channel.Length - x)
            {
                throw new SceneFormatException(
                    $"environment at byte {offset - 1}: a run of {count} in row {y}, {channel.Length - x} are left.");
            }

            if (repeated)
            {
                channel.Slice(x, count).Fill(Take(file, ref offset, 1, y)[0]);
            }
            else
            {
                Take(file, ref offset, count, y).CopyTo(channel[x..]);
            }

            x += count;
        }
    }

    private static void ReadFlatRow(ReadOnlySpan<byte> file, ref int offset, byte[] row, int width, int y)
    {
        offset -= 4;
        var flat = Take(file, ref offset, width * 4, y);

        for (var x = 0; x < width; x++)
        {
            for (var channel = 0; channel < 4; channel++)
            {
                row[(channel * width) + x] = flat[(x * 4) + channel];
            }
        }
    }

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> file, ref int offset, int count, int y)
    {
        if (count > file.Length - offset)
        {
            throw new SceneFormatException($"environment at byte {file.Length}: the file ends within row {y}.");
        }

        offset += count;

        return file.Slice(offset - count, count);
    }

    private static Float4 Decode(byte[] row, int x, int y, int width)
    {
        var exponent = row[(3 * width) + x];

        if (exponent < ExponentMin)
        {
            return default;
        }

        var scale = MathF.ScaleB(1f, exponent - (128 + 8));
        var light = new Vec3(row[x] + 0.5f, row[width + x] + 0.5f, row[(2 * width) + x] + 0.5f) * scale;

        var most = light.MaxComponent();

        return most <= RadianceMax
            ? new Float4(light, 0f)
            : throw new SceneFormatException(FormattableString.Invariant(
                $"environment: the pixel at {x}, {y} has a radiance of {most}, allowed are 0 to {RadianceMax}."));
    }
}
