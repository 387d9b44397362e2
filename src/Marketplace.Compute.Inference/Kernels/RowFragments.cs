namespace Marketplace.Compute.Inference.Kernels;

/// <summary>A lane's part of sixteen rows of a piece: weights of both steps, and the factors of its two rows.</summary>
internal readonly struct RowFragments(MatrixFragment step0, MatrixFragment step1, float upper, float lower)
{
    public readonly MatrixFragment Step0 = step0;
    public readonly MatrixFragment Step1 = step1;

    private readonly float _upper = upper;
    private readonly float _lower = lower;

    /// <summary>Reads them.</summary>
    /// <param name="unit">What calculates with halves.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="place">As <see cref="IWeightView.Piece"/> has it.</param>
    /// <param name="row">The first of the sixteen within the tile.</param>
    /// <param name="lane">The lane.</param>
    public static RowFragments Read<TUnit, TWeights>(TUnit unit, TWeights weights, long place, int row, int lane)
        where TUnit : struct, IMatrixUnit
        where TWeights : struct, IHalfWeights
    {
        var upper = weights.Piece(place, row + FragmentMap.UpperRow(lane));
        var lower = weights.Piece(place, row + FragmentMap.LowerRow(lane));
        var (four0, four1) = (FragmentMap.Four(lane, 0), FragmentMap.Four(lane, 1));
        return new(
            new(weights.Halves(unit, upper, four0), weights.Halves(unit, lower, four0)),
            new(weights.Halves(unit, upper, four1), weights.Halves(unit, lower, four1)),
            weights.ScaleOf(upper),
            weights.ScaleOf(lower));
    }

    /// <summary>What the sums of this piece are multiplied with, given the scales of the lane's two vectors.</summary>
    public FragmentSums Scales(float first, float second) =>
        new(_upper * first, _upper * second, _lower * first, _lower * second);
}
