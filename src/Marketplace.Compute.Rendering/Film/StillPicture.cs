using SkiaSharp;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>A stored picture made small for looking at.</summary>
public static class StillPicture
{
    private const int PngQuality = 100;
    private const int WebpQuality = 80;

    /// <summary>Longer edge of a thumbnail in pixels.</summary>
    public const int ThumbnailEdge = 256;

    /// <summary>Longer edge of a preview in pixels.</summary>
    public const int PreviewEdge = 1_024;

    /// <summary>A WebP of at most <see cref="ThumbnailEdge"/> pixels.</summary>
    /// <param name="picture">PNG, or another format that the decoder knows.</param>
    /// <param name="isMarked">Whether a watermark goes over it.</param>
    /// <exception cref="InvalidDataException">It is no picture.</exception>
    public static byte[] Thumbnail(Stream picture, bool isMarked) =>
        Scaled(picture, ThumbnailEdge, isMarked, SKEncodedImageFormat.Webp, WebpQuality);

    /// <summary>A PNG of at most <see cref="PreviewEdge"/> pixels.</summary>
    /// <param name="picture">PNG, or another format that the decoder knows.</param>
    /// <param name="isMarked">Whether a watermark goes over it.</param>
    /// <exception cref="InvalidDataException">It is no picture.</exception>
    public static byte[] Preview(Stream picture, bool isMarked) =>
        Scaled(picture, PreviewEdge, isMarked, SKEncodedImageFormat.Png, PngQuality);

    private static byte[] Scaled(
        Stream picture, int edgeMax, bool isMarked, SKEncodedImageFormat format, int quality)
    {
        using var whole = SKBitmap.Decode(picture) ?? throw new InvalidDataException("no format that is known");
        var scale = Math.Min(1.0, (double)edgeMax / Math.Max(whole.Width, whole.Height));
        using var small = new SKBitmap(new SKImageInfo(
            Math.Max(1, (int)(whole.Width * scale)),
            Math.Max(1, (int)(whole.Height * scale)),
            SKColorType.Rgba8888,
            SKAlphaType.Opaque));

        if (!whole.ScalePixels(small, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)))
        {
            throw new InvalidDataException("it cannot be scaled");
        }

        if (isMarked)
        {
            using var canvas = new SKCanvas(small);
            Watermark.Draw(canvas, small.Width, small.Height);
        }

        using var file = small.Encode(format, quality);
        return file.ToArray();
    }
}
