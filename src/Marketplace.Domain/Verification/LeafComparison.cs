namespace Marketplace.Domain.Verification;

/// <summary>How a leaf of a render compares with what the platform traced again.</summary>
/// <param name="Pixels">Pixels of the leaf.</param>
/// <param name="Informative">Noisy pixels.</param>
/// <param name="Agreeing">Share of the noisy pixels that agree, 0 to 1.</param>
/// <param name="MeanDifference">Relative difference of the leaf's mean.</param>
/// <param name="Astray">Pixels without noise that do not agree.</param>
public readonly record struct LeafComparison(
    int Pixels, int Informative, double Agreeing, double MeanDifference, int Astray);
