namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// A frame under way, small and for looking at: sums in any order, averaged over the pixels that fall on one. Memory
/// follows the preview's size and not the frame's. Not safe for use by several threads at once.
/// </summary>
public sealed class PreviewFilm
{
    private readonly int _stride;
    private readonly float[] _sums;
    private readonly long[] _samples;

    /// <param name="width">Of the frame, pixels.</param>
    /// <param name="height">Of the frame, pixels.</param>
    /// <param name="edgeMax">Longer edge of the preview, pixels; it is a whole fraction of the frame's.</param>
    public PreviewFilm(int width, int height, int edgeMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(edgeMax, 1);
        (FrameWidth, FrameHeight) = (width, height);
        _stride = ((Math.Max(width, height) - 1) / edgeMax) + 1;
        Width = ((width - 1) / _stride) + 1;
        Height = ((height - 1) / _stride) + 1;
        _sums = new float[Width * Height * 3];
        _samples = new long[Width * Height];
    }

    public int FrameWidth { get; }

    public int FrameHeight { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Adds a unit's sums.</summary>
    /// <exception cref="ArgumentException">Its tile is not in the frame.</exception>
    public void Add(TileSums sums)
    {
        var tile = sums.Tile;

        if (!tile.FitsIn(FrameWidth, FrameHeight))
        {
            throw new ArgumentException($"{tile} is not in a frame of {FrameWidth} x {FrameHeight}.", nameof(sums));
        }

        for (var pixel = 0; pixel < tile.Pixels; pixel++)
        {
            var x = (tile.X + (pixel % tile.Width)) / _stride;
            var y = (tile.Y + (pixel / tile.Width)) / _stride;
            var place = (y * Width) + x;
            _samples[place] += sums.Samples.Count;

            for (var channel = 0; channel < 3; channel++)
            {
                _sums[(place * 3) + channel] += sums.Values[(pixel * 3) + channel];
            }
        }
    }

    /// <summary>An 8-bit sRGB PNG with the watermark; black where nothing is there yet.</summary>
    public byte[] ToPng(ToneMap toneMap)
    {
        var radiance = new float[_sums.Length];

        for (var i = 0; i < radiance.Length; i++)
        {
            radiance[i] = _samples[i / 3] == 0 ? 0f : _sums[i] / _samples[i / 3];
        }

        using var plain = new MemoryStream();
        PngPicture.Write(radiance, Width, Height, toneMap, plain);
        plain.Position = 0;

        return StillPicture.Preview(plain, isMarked: true);
    }
}
