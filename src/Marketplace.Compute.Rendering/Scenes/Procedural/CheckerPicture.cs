using SkiaSharp;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A soft checker board as a PNG.</summary>
internal static class CheckerPicture
{
    public static byte[] ToPng(int size, int cells)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));

        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var dark = ((x * cells / size) + (y * cells / size)) % 2 == 0;
                bitmap.SetPixel(x, y, dark ? new SKColor(196, 192, 186) : new SKColor(236, 233, 228));
            }
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        return png.ToArray();
    }
}
