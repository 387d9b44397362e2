namespace Marketplace.Compute.Inference.Kernels;

/// <summary>A lane's part of a piece of a tile: 32 rows and 32 columns of weights.</summary>
internal readonly struct TileFragments(RowFragments upper, RowFragments lower)
{
    public readonly RowFragments Upper = upper;
    public readonly RowFragments Lower = lower;

    public static TileFragments Read<TUnit, TWeights>(TUnit unit, TWeights weights, long place, int lane)
        where TUnit : struct, IMatrixUnit
        where TWeights : struct, IHalfWeights => new(
            RowFragments.Read(unit, weights, place, 0, lane),
            RowFragments.Read(unit, weights, place, FragmentMap.Rows, lane));
}
