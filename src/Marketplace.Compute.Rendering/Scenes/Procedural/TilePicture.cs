using SkiaSharp;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>Slate tiles of slightly different tones with narrow joints, as a PNG that repeats without a seam.</summary>
internal static class TilePicture
{
    private const int Joint = 2;

    public static byte[] ToPng(int size, int cells)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var cell = size / cells;

        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var tone = x % cell < Joint || y % cell < Joint ? 60 : Tone(x / cell, y / cell);
                bitmap.SetPixel(x, y, new SKColor((byte)(tone - 14), (byte)(tone - 4), (byte)tone));
            }
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        return png.ToArray();
    }

    /// <summary>One of eight tones, scattered by the places of the cell.</summary>
    private static int Tone(int column, int row) => 112 + (9 * (((column * 5) + (row * 3) + (column * row)) & 7));
}
