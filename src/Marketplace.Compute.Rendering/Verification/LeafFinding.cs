namespace Marketplace.Compute.Rendering.Verification;

/// <summary>How the sums of a leaf compare with sums that were traced again.</summary>
/// <param name="Pixels">Pixels of the leaf.</param>
/// <param name="Informative">Pixels that have noise: their samples differ among themselves.</param>
/// <param name="Agreeing">Share of the informative pixels whose means agree; 0 where there is none.</param>
/// <param name="MeanDifference">Relative difference of the leaf's mean radiance, its brightest pixels clipped.</param>
/// <param name="Astray">Pixels without noise whose means do not agree.</param>
public readonly record struct LeafFinding(
    int Pixels, int Informative, double Agreeing, double MeanDifference, int Astray);
