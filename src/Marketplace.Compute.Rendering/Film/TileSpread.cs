using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// How noisy a tile still is, from how much its units differ, which may have different numbers of samples. The variance
/// of one sample is that between the units' means, each weighted by its samples; the mean's is that over all samples.
/// Sums run in a fixed order and in double precision: whoever has the same units comes to the same answer. It is an
/// estimate: light that few samples meet is told too low as long as hardly any did.
/// </summary>
public sealed class TileSpread
{
    /// <summary>Added to the square of a pixel's light, so that black ones do not count without end.</summary>
    private const double DarkFloor = 0.01;

    private readonly double[] _sums;
    private readonly double[] _squares;
    private int _units;

    /// <param name="tile">The tile whose units will be added.</param>
    public TileSpread(Tile tile)
    {
        Tile = tile;
        _sums = new double[tile.Pixels];
        _squares = new double[tile.Pixels];
    }

    public Tile Tile { get; }

    /// <summary>Samples a pixel so far.</summary>
    public int Samples { get; private set; }

    /// <summary>
    /// The mean over the pixels of variance over squared light plus 0.01, of luminance: an estimate of the relative
    /// mean squared error (relMSE). Infinite before two units.
    /// </summary>
    public double RelativeError
    {
        get
        {
            if (_units < 2)
            {
                return double.PositiveInfinity;
            }

            double sum = 0;

            for (var i = 0; i < _sums.Length; i++)
            {
                var mean = _sums[i] / Samples;
                sum += Variance(i) / ((mean * mean) + DarkFloor);
            }

            return sum / _sums.Length;
        }
    }

    /// <summary>Adds the unit that begins where the last one ended.</summary>
    /// <exception cref="ArgumentException">It is of another tile, or leaves out samples.</exception>
    public void Add(TileSums unit)
    {
        if (unit.Tile != Tile || unit.Samples.First != Samples || unit.Samples.Count < 1)
        {
            throw new ArgumentException(
                $"{unit.Samples} of {unit.Tile} does not follow sample {Samples} of {Tile}.", nameof(unit));
        }

        for (var i = 0; i < _sums.Length; i++)
        {
            var light = new Vec3(unit.Values[i * 3], unit.Values[(i * 3) + 1], unit.Values[(i * 3) + 2]);
            double sum = light.Luminance();
            _sums[i] += sum;
            _squares[i] += sum * sum / unit.Samples.Count;
        }

        Samples += unit.Samples.Count;
        _units++;
    }

    /// <summary>Variance of a pixel's mean luminance; 0 before two units.</summary>
    public double Variance(int pixel)
    {
        if (_units < 2)
        {
            return 0;
        }

        var spread = _squares[pixel] - (_sums[pixel] * _sums[pixel] / Samples);

        return Math.Max(0, spread / (_units - 1) / Samples);
    }
}
