using SkiaSharp;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>A picture as a small WebP: for looking at and not for keeping.</summary>
public static class WebpPicture
{
    private const int Quality = 85;

    /// <summary>The same picture, its colours rounded by the encoder.</summary>
    /// <exception cref="InvalidDataException">The bytes are no picture that the decoder knows.</exception>
    public static byte[] FromPng(byte[] png)
    {
        using var picture = SKBitmap.Decode(png) ?? throw new InvalidDataException("This is no PNG.");
        using var webp = picture.Encode(SKEncodedImageFormat.Webp, Quality);

        return webp.ToArray();
    }
}
