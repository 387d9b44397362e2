using System.Runtime.InteropServices;
using Marketplace.Compute.Rendering.Numerics;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>Radiance as an sRGB PNG.</summary>
internal static class PngPicture
{
    private const int Quality = 100;

    public static void Write(float[] radiance, int width, int height, ToneMap toneMap, Stream stream)
    {
        var bytes = new byte[width * height * 4];

        for (var i = 0; i < width * height; i++)
        {
            var light = new Vec3(radiance[i * 3], radiance[(i * 3) + 1], radiance[(i * 3) + 2]);
            light = Mapped(light, toneMap);
            bytes[i * 4] = ToSrgb(light.X);
            bytes[(i * 4) + 1] = ToSrgb(light.Y);
            bytes[(i * 4) + 2] = ToSrgb(light.Z);
            bytes[(i * 4) + 3] = 255;
        }

        Encode<byte>(bytes, SKColorType.Rgba8888, width, height, stream);
    }

    /// <summary>The same with 16 bits a channel: for grading, where 8 would show bands.</summary>
    public static void Write16(float[] radiance, int width, int height, ToneMap toneMap, Stream stream)
    {
        var words = new ushort[width * height * 4];

        for (var i = 0; i < width * height; i++)
        {
            var light = new Vec3(radiance[i * 3], radiance[(i * 3) + 1], radiance[(i * 3) + 2]);
            light = Mapped(light, toneMap);
            words[i * 4] = ToSrgb16(light.X);
            words[(i * 4) + 1] = ToSrgb16(light.Y);
            words[(i * 4) + 2] = ToSrgb16(light.Z);
            words[(i * 4) + 3] = ushort.MaxValue;
        }

        Encode<ushort>(words, SKColorType.Rgba16161616, width, height, stream);
    }

    /// <summary>Display light before it is clipped.</summary>
    public static Vec3 Mapped(Vec3 light, ToneMap toneMap) => toneMap switch
    {
        ToneMap.PbrNeutral => PbrNeutral.Map(light),
        ToneMap.Srgb => light,
        ToneMap.AgX => AgX.Map(light),
        ToneMap.Aces => AcesFitted.Map(light),
        _ => throw new ArgumentOutOfRangeException(nameof(toneMap), toneMap, "is no tone map."),
    };

    private static void Encode<T>(ReadOnlySpan<T> pixels, SKColorType type, int width, int height, Stream stream)
        where T : unmanaged
    {
        using var space = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(width, height, type, SKAlphaType.Opaque, space);
        using var image = SKImage.FromPixelCopy(info, MemoryMarshal.AsBytes(pixels));
        using var png = image.Encode(SKEncodedImageFormat.Png, Quality);
        png.SaveTo(stream);
    }

    private static byte ToSrgb(float linear) => (byte)((Coded(linear) * 255f) + 0.5f);

    private static ushort ToSrgb16(float linear) => (ushort)((Coded(linear) * 65535f) + 0.5f);

    private static float Coded(float linear)
    {
        var x = Num.Clamp(linear, 0f, 1f);

        return x <= 0.0031308f ? x * 12.92f : (1.055f * MathF.Pow(x, 1f / 2.4f)) - 0.055f;
    }
}
