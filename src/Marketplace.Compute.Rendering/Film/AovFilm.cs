namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// The auxiliary outputs of a frame as channels of an EXR file. Tiles may come in any order; one that comes again
/// replaces what was there. Not safe for use by several threads at once.
/// </summary>
public sealed class AovFilm
{
    private readonly int _width;
    private readonly int _height;
    private readonly Dictionary<string, ExrChannel> _channels = new(StringComparer.Ordinal);

    public AovFilm(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, RenderView.SizeMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, RenderView.SizeMax);
        _width = width;
        _height = height;
    }

    /// <summary>
    /// <c>albedo.R</c> <c>.G</c> <c>.B</c>, <c>normal.X</c> <c>.Y</c> <c>.Z</c> and <c>coverage.A</c> in half;
    /// <c>Z</c>, <c>id.N</c>, <c>variance.Y</c> and <c>samples.N</c> in float: they need the digits. Only what was
    /// added is there.
    /// </summary>
    public IReadOnlyList<ExrChannel> Channels => [.. _channels.Values];

    /// <exception cref="ArgumentException">The tile is not in the picture.</exception>
    public void Add(AovTile tile)
    {
        Write(tile.Tile, "albedo.R", ExrPrecision.Half, i => tile.Albedo(i).X);
        Write(tile.Tile, "albedo.G", ExrPrecision.Half, i => tile.Albedo(i).Y);
        Write(tile.Tile, "albedo.B", ExrPrecision.Half, i => tile.Albedo(i).Z);
        Write(tile.Tile, "normal.X", ExrPrecision.Half, i => tile.Normal(i).X);
        Write(tile.Tile, "normal.Y", ExrPrecision.Half, i => tile.Normal(i).Y);
        Write(tile.Tile, "normal.Z", ExrPrecision.Half, i => tile.Normal(i).Z);
        Write(tile.Tile, "coverage.A", ExrPrecision.Half, tile.Coverage);
        Write(tile.Tile, "Z", ExrPrecision.Float, tile.Depth);
        Write(tile.Tile, "id.N", ExrPrecision.Float, i => tile.ObjectId(i));
    }

    /// <summary>Variance of the mean luminance, and samples a pixel.</summary>
    /// <exception cref="ArgumentException">The tile is not in the picture.</exception>
    public void Add(TileSpread spread)
    {
        Write(spread.Tile, "variance.Y", ExrPrecision.Float, i => (float)spread.Variance(i));
        Write(spread.Tile, "samples.N", ExrPrecision.Float, _ => spread.Samples);
    }

    private void Write(Tile tile, string name, ExrPrecision precision, Func<int, float> value)
    {
        if (!tile.FitsIn(_width, _height))
        {
            throw new ArgumentException($"{tile} is not in a picture of {_width} x {_height}.", nameof(tile));
        }

        if (!_channels.TryGetValue(name, out var channel))
        {
            channel = new ExrChannel(name, precision, new float[_width * _height]);
            _channels[name] = channel;
        }

        for (var i = 0; i < tile.Pixels; i++)
        {
            channel.Values[((tile.Y + (i / tile.Width)) * _width) + tile.X + (i % tile.Width)] = value(i);
        }
    }
}
