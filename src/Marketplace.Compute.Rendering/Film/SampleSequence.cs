namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// Where a picture's random numbers come from. Both depend on seed, frame, pixel, sample and dimension only.
/// </summary>
public enum SampleSequence
{
    /// <summary>
    /// Owen-scrambled Sobol pairs: the samples of a pixel are spread evenly, which leaves less noise.
    /// </summary>
    Sobol,

    /// <summary>Philox4x32-10: independent numbers.</summary>
    Philox,
}
