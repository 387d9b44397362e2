namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Stored weights that are halves but for a factor for each piece of a row, exactly.</summary>
internal interface IHalfWeights : IWeightView
{
    /// <summary>What the halves of a piece are to be multiplied with.</summary>
    float ScaleOf(WeightPiece piece);

    /// <summary>Four neighbouring weights of a piece without their factor.</summary>
    /// <param name="unit">What calculates with halves.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="four">0 to 7.</param>
    HalfPairs Halves<TUnit>(TUnit unit, WeightPiece piece, int four)
        where TUnit : struct, IMatrixUnit;
}
