namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Where a piece of a row lies, and what its weights have in common. What a form has no use for is zero.
/// </summary>
internal readonly struct WeightPiece(
    long at, float scale = 0, float other = 0, int shift = 0, long highAt = 0, int highShift = 0)
{
    /// <summary>Its first word.</summary>
    public readonly long At = at;

    public readonly float Scale = scale;

    /// <summary>The scale of the second half, or what is taken off every weight.</summary>
    public readonly float Other = other;

    /// <summary>Bits below those of the first weight of a byte.</summary>
    public readonly int Shift = shift;

    /// <summary>The word with the first upper bits.</summary>
    public readonly long HighAt = highAt;

    public readonly int HighShift = highShift;
}
