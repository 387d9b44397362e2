namespace Marketplace.Compute.Rendering.Verification;

/// <summary>How the sums of a leaf compare with sums that were traced again.</summary>
/// <param name="Informative">Pixels that tell something: their samples differ among themselves.</param>
/// <param name="Agreeing">Share of the informative pixels whose means agree; 0 where there is none.</param>
/// <param name="MeanDifference">Relative difference of the leaf's mean radiance.</param>
public readonly record struct LeafFinding(int Informative, double Agreeing, double MeanDifference);
