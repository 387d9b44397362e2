using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Marketplace.Benchmarks.Renders;

/// <summary>Radiance as a portable float map (PF): rows from the bottom, little endian.</summary>
internal static class FloatPicture
{
    private const int HeaderBytesMax = 64;
    private const long FileBytesMax = 1L << 30;

    public static void Write(string path, float[] radiance, int width)
    {
        var height = radiance.Length / 3 / width;
        using var file = File.Create(path);
        file.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PF\n{width} {height}\n-1.0\n")));

        for (var y = height - 1; y >= 0; y--)
        {
            file.Write(MemoryMarshal.AsBytes(radiance.AsSpan(y * width * 3, width * 3)));
        }
    }

    /// <exception cref="FormatException">The file is no such map of that size.</exception>
    public static float[] Read(string path, int width, int height)
    {
        if (new FileInfo(path).Length > FileBytesMax)
        {
            throw new FormatException($"{path}: over {FileBytesMax} bytes");
        }

        var bytes = File.ReadAllBytes(path);
        var header = string.Create(CultureInfo.InvariantCulture, $"PF\n{width} {height}\n-1.0\n");
        var radiance = new float[width * height * 3];

        if (bytes.Length != header.Length + (radiance.Length * 4L)
            || Encoding.ASCII.GetString(bytes, 0, Math.Min(header.Length, HeaderBytesMax)) != header)
        {
            throw new FormatException($"{path}: expected a little-endian PF map of {width} x {height}");
        }

        for (var y = 0; y < height; y++)
        {
            bytes.AsSpan(header.Length + ((height - 1 - y) * width * 12), width * 12)
                .CopyTo(MemoryMarshal.AsBytes(radiance.AsSpan(y * width * 3, width * 3)));
        }

        return radiance;
    }
}
