using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// A picture of the light from all around: equirectangular, linear, first row up, the middle column towards +X and the
/// right half towards +Z, as other glTF viewers have it.
/// </summary>
public sealed class EnvironmentMap
{
    private EnvironmentMap(int width, int height, Float4[] pixels)
    {
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    public int Width { get; }

    public int Height { get; }

    internal Float4[] Pixels { get; }

    /// <summary>Of its pixels, and of the table that draws them.</summary>
    internal long MemoryBytes => Pixels.LongLength * (16 + 16 + sizeof(float));

    /// <summary>Reads a Radiance .hdr file.</summary>
    /// <exception cref="SceneFormatException">The bytes are no such file, or too large.</exception>
    public static EnvironmentMap Read(ReadOnlySpan<byte> file, SceneLimits? limits = null) =>
        RadianceHdr.Read(file, limits ?? SceneLimits.Default);

    public static EnvironmentMap Read(string path, SceneLimits? limits = null) => Read(File.ReadAllBytes(path), limits);

    /// <summary>The same radiance from everywhere.</summary>
    public static EnvironmentMap Uniform(Vec3 radiance) =>
        FromRows(32, 16, _ => radiance);

    /// <summary>A soft sky: bright above, dim below the horizon. Stands in where a scene has no light at all.</summary>
    public static EnvironmentMap Sky { get; } = FromRows(64, 32, row => row < 16
        ? Num.Lerp(new Vec3(0.9f, 1.1f, 1.5f), new Vec3(1.1f, 1.05f, 1f), row / 15f)
        : new Vec3(0.35f, 0.33f, 0.3f));

    internal static EnvironmentMap Of(int width, int height, Float4[] pixels) => new(width, height, pixels);

    private static EnvironmentMap FromRows(int width, int height, Func<int, Vec3> radiance)
    {
        var pixels = new Float4[width * height];

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = new Float4(radiance(i / width), 0f);
        }

        return new EnvironmentMap(width, height, pixels);
    }
}
