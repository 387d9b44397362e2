using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The random numbers of one sample of one pixel: dimension after dimension of a stream that depends only on seed,
/// frame, pixel and sample, never on tile or thread.
/// </summary>
internal struct PathSampler(uint keyLow, uint keyHigh, uint pixel, uint sample, uint frame)
{
    private readonly uint _keyLow = keyLow;
    private readonly uint _keyHigh = keyHigh;
    private readonly uint _pixel = pixel;
    private readonly uint _sample = sample;
    private readonly uint _frame = frame;
    private uint _dimension;
    private uint _w0;
    private uint _w1;
    private uint _w2;
    private uint _w3;

    /// <summary>The next number, uniform in [0, 1) with 24 bits.</summary>
    public float Next() => (NextWord() >> 8) * (1f / 16777216f);

    public uint NextWord()
    {
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
}
