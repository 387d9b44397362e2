namespace Marketplace.Compute.Rendering.Film;

/// <summary>When a tile is good enough.</summary>
/// <param name="RelativeError">
/// The <see cref="TileSpread.RelativeError"/> at which a tile is done; 0.01 is grainy, 0.0005 clean.
/// </param>
/// <param name="SamplesMin">Samples a pixel before the first look: a power of two of batches, at least two.</param>
/// <param name="SamplesMax">Samples a pixel at most: a power of two of batches.</param>
public sealed record NoiseTarget(double RelativeError, int SamplesMin, int SamplesMax)
{
    /// <exception cref="ArgumentException">A number is out of its range; the message says which.</exception>
    public void Check()
    {
        if (!(RelativeError > 0) || !double.IsFinite(RelativeError))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"relativeError: {RelativeError}, expected a number above 0."));
        }

        CheckSamples(nameof(SamplesMin), SamplesMin, 2 * SampleRange.Batch);
        CheckSamples(nameof(SamplesMax), SamplesMax, SamplesMin);
    }

    /// <summary>
    /// Looks are taken after a power of two of batches only: a verifier need not repeat more of them, and a tile's
    /// samples stay one node of the sample tree.
    /// </summary>
    public bool IsLook(int samples) =>
        samples >= SamplesMin && samples % SampleRange.Batch == 0 && int.IsPow2(samples / SampleRange.Batch);

    private static void CheckSamples(string name, int samples, int min)
    {
        if (samples < min || samples > SampleRange.SamplesMax || samples % SampleRange.Batch != 0
            || !int.IsPow2(samples / SampleRange.Batch))
        {
            throw new ArgumentException(
                $"{name}: {samples}, expected {SampleRange.Batch} times a power of two from {min} "
                + $"to {SampleRange.SamplesMax}.");
        }
    }
}
