using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// How noisy a tile still is, from how much its batches differ. All sums run in a fixed order and in double precision,
/// so everybody who has the same units comes to the same answer. Batches of one Sobol sequence are spread better than
/// by chance, so the estimate is rather too high than too low.
/// </summary>
public sealed class NoiseEstimate
{
    /// <summary>Added to the square of a pixel's light, so that black ones do not count without end.</summary>
    private const double DarkFloor = 0.01;

    private readonly double[] _sums;
    private readonly double[] _squares;
    private int _batches;

    /// <param name="tile">The tile whose units will be added.</param>
    public NoiseEstimate(Tile tile)
    {
        Tile = tile;
        _sums = new double[tile.Pixels];
        _squares = new double[tile.Pixels];
    }

    public Tile Tile { get; }

    /// <summary>Samples a pixel so far.</summary>
    public int Samples => _batches * SampleRange.Batch;

    /// <summary>
    /// The mean over the pixels of variance over squared light plus 0.01, of luminance: an estimate of the relative
    /// mean squared error (relMSE). Infinite before two batches.
    /// </summary>
    public double RelativeError
    {
        get
        {
            if (_batches < 2)
            {
                return double.PositiveInfinity;
            }

            double sum = 0;

            for (var i = 0; i < _sums.Length; i++)
            {
                var mean = _sums[i] / _batches;
                sum += Variance(i) / ((mean * mean) + DarkFloor);
            }

            return sum / _sums.Length;
        }
    }

    /// <summary>Adds the next batch: a unit of <see cref="SampleRange.Batch"/> samples.</summary>
    /// <exception cref="ArgumentException">It is of another tile, or not the next batch.</exception>
    public void Add(TileSums batch)
    {
        if (batch.Tile != Tile || batch.Samples != new SampleRange(Samples, SampleRange.Batch))
        {
            throw new ArgumentException(
                $"{batch.Samples} of {batch.Tile} is not the batch from sample {Samples} of {Tile}.", nameof(batch));
        }

        for (var i = 0; i < _sums.Length; i++)
        {
            var light = new Vec3(batch.Values[i * 3], batch.Values[(i * 3) + 1], batch.Values[(i * 3) + 2]);
            var mean = light.Luminance() / (double)SampleRange.Batch;
            _sums[i] += mean;
            _squares[i] += mean * mean;
        }

        _batches++;
    }

    /// <summary>Variance of a pixel's mean luminance; 0 before two batches.</summary>
    public double Variance(int pixel)
    {
        if (_batches < 2)
        {
            return 0;
        }

        var spread = _squares[pixel] - (_sums[pixel] * _sums[pixel] / _batches);

        return Math.Max(0, spread / _batches / (_batches - 1));
    }
}
