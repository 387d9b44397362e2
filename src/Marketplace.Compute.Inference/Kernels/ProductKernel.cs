using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// sums[part, v, row] = the part's columns of row · x[v]; one thread a (row, part, vector). Four accumulators over
/// every fourth column, joined as (0 + 1) + (2 + 3): the order of <see cref="ProductBlockKernel"/>.
/// </summary>
internal static class ProductKernel
{
    public static void Run<TWeights>(TWeights weights, ArrayView<float> x, ArrayView<float> sums, ProductSize size)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;
        var lane = thread % WeightTile.Rows;
        var vector = thread / WeightTile.Rows % size.Vectors;
        var rest = thread / WeightTile.Rows / size.Vectors;
        var part = rest % size.Parts;
        var tile = rest / size.Parts;
        var row = (tile * WeightTile.Rows) + lane;

        if (tile >= size.Tiles || row >= size.Rows)
        {
            return;
        }

        var end = (part + 1) * size.PiecesOfPart;
        end = end < size.Pieces ? end : size.Pieces;
        var input = (long)vector * size.Stride;
        var sum = default(FourSums);

        for (var at = part * size.PiecesOfPart; at < end; at++)
        {
            var piece = weights.Piece(((long)tile * size.Pieces) + at, lane);

            for (var four = 0; four < WeightTile.Piece / WeightTile.Four; four++)
            {
                sum = sum.Plus(
                    weights.Four(piece, four), x, input + (at * WeightTile.Piece) + (four * WeightTile.Four));
            }
        }

        sums[size.Output(part, vector, row)] = sum.Total;
    }
}
