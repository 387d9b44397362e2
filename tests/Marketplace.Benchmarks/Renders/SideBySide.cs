using Marketplace.Compute.Rendering.Film;

namespace Marketplace.Benchmarks.Renders;

/// <summary>Another renderer's picture, ours, and how far they are apart: relative to ours, white for all of it.</summary>
internal static class SideBySide
{
    private const float Dark = 0.1f;
    private const int Panels = 3;

    public static byte[] ToWebp(float[] peer, float[] ours, int width)
    {
        var height = ours.Length / 3 / width;
        var row = width * 3;
        var all = new float[ours.Length * Panels];

        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < row; x++)
            {
                var at = (y * row) + x;
                var place = (y * row * Panels) + x;
                all[place] = peer[at];
                all[place + row] = ours[at];
                all[place + (2 * row)] = MathF.Abs(peer[at] - ours[at]) / (ours[at] + Dark);
            }
        }

        using var png = new MemoryStream();
        PngPicture.Write(all, width * Panels, height, ToneMap.Srgb, png);

        return WebpPicture.FromPng(png.ToArray());
    }
}
