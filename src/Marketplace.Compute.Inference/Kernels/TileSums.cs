using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>A lane's part of the sums of a tile's 32 rows and eight vectors.</summary>
internal struct TileSums(FragmentSums upper, FragmentSums lower)
{
    private FragmentSums _upper = upper;
    private FragmentSums _lower = lower;

    /// <summary>Adds a piece of the vectors times the tile's.</summary>
    public void Add<TUnit>(TUnit unit, TileFragments tile, SplitVectors x, LanePiece piece)
        where TUnit : struct, IMatrixUnit
    {
        var four0 = x.Four(piece.Read, FragmentMap.Four(piece.Lane, 0));
        var four1 = x.Four(piece.Read, FragmentMap.Four(piece.Lane, 1));
        var (first, second) = (x.Scale(piece.First), x.Scale(piece.Second));
        unit.MultiplyAdd(ref _upper, tile.Upper, four0, four1, tile.Upper.Scales(first, second));
        unit.MultiplyAdd(ref _lower, tile.Lower, four0, four1, tile.Lower.Scales(first, second));
    }

    /// <summary>Writes the sums of a part, but for rows that the matrix does not have.</summary>
    public readonly void Store(ArrayView<float> sums, ProductSize size, WarpPlace warp, LaneVectors vectors)
    {
        var row = (warp.Tile * WeightTile.Rows) + FragmentMap.UpperRow(warp.Lane);
        Store(sums, size, warp.Part, row, vectors, _upper);
        Store(sums, size, warp.Part, row + FragmentMap.Rows, vectors, _lower);
    }

    private static void Store(
        ArrayView<float> sums, ProductSize size, int part, int row, LaneVectors vectors, FragmentSums values)
    {
        if (row < size.Rows)
        {
            sums[size.Output(part, vectors.First, row)] = values.A;
            sums[size.Output(part, vectors.Second, row)] = values.B;
        }

        var below = row + FragmentMap.RowsApart;

        if (below < size.Rows)
        {
            sums[size.Output(part, vectors.First, below)] = values.C;
            sums[size.Output(part, vectors.Second, below)] = values.D;
        }
    }
}
