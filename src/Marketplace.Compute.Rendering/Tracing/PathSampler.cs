using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The random numbers of one sample of one pixel: dimension after dimension of a stream that depends only on seed,
/// frame, pixel and sample, never on tile or thread. Two dimensions that are drawn as a pair are well spread together.
/// </summary>
internal struct PathSampler
{
    private readonly uint _keyLow;
    private readonly uint _keyHigh;
    private readonly uint _pixel;
    private readonly uint _sample;
    private readonly uint _frame;
    private readonly int _sequence;
    private readonly uint _pixelSeed;
    private uint _dimension;
    private uint _w0;
    private uint _w1;
    private uint _w2;
    private uint _w3;

    public PathSampler(in ViewConstants view, uint pixel, uint sample)
    {
        _keyLow = view.SeedLow;
        _keyHigh = view.SeedHigh;
        _pixel = pixel;
        _sample = sample;
        _frame = view.Frame;
        _sequence = view.Sequence;
        _dimension = 0u;
        _w0 = 0u;
        _w1 = 0u;
        _w2 = 0u;
        _w3 = 0u;

        // No sample has this number, so the pixel's seed meets no word of the plain stream.
        _pixelSeed = view.Sequence == ViewConstants.SequencePhilox
            ? 0u
            : Philox.At(pixel, uint.MaxValue, 0u, view.Frame, view.SeedLow, view.SeedHigh).W0;
    }

    /// <summary>The next number, uniform in [0, 1) with 24 bits.</summary>
    public float Next() => (NextWord() >> 8) * (1f / 16777216f);

    /// <summary>Lets the next two numbers be a pair.</summary>
    public void BeginPair() => _dimension += _dimension & 1u;

    public uint NextWord()
    {
        if (_sequence != ViewConstants.SequencePhilox)
        {
            return NextSobol();
        }

        var lane = _dimension & 3u;

        if (lane == 0u)
        {
            var block = Philox.At(_pixel, _sample, _dimension >> 2, _frame, _keyLow, _keyHigh);
            _w0 = block.W0;
            _w1 = block.W1;
            _w2 = block.W2;
            _w3 = block.W3;
        }

        _dimension++;

        return lane == 0u ? _w0 : lane == 1u ? _w1 : lane == 2u ? _w2 : _w3;
    }

    private uint NextSobol()
    {
        var second = (_dimension & 1u) != 0u;

        if (!second)
        {
            OwenSobol.Pair(_sample, OwenSobol.Hash(_pixelSeed + (_dimension >> 1)), out _w0, out _w1);
        }

        _dimension++;

        return second ? _w1 : _w0;
    }
}
