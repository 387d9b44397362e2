using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// The same for eight vectors a thread, so that a weight is read and decoded once for eight tokens. Every sum has the
/// order of <see cref="ProductKernel"/>. Of the last eight some may be missing.
/// </summary>
internal static class ProductBlockKernel
{
    public static void Run<TWeights>(TWeights weights, ArrayView<float> x, ArrayView<float> sums, ProductSize size)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;
        var blocks = (size.Vectors + EightVectors.Count - 1) / EightVectors.Count;
        var lane = thread % WeightTile.Rows;
        var block = thread / WeightTile.Rows % blocks;
        var rest = thread / WeightTile.Rows / blocks;
        var part = rest % size.Parts;
        var tile = rest / size.Parts;
        var row = (tile * WeightTile.Rows) + lane;

        if (tile >= size.Tiles || row >= size.Rows)
        {
            return;
        }

        var vectors = new EightVectors(block * EightVectors.Count, size.Vectors - 1);
        var end = (part + 1) * size.PiecesOfPart;
        end = end < size.Pieces ? end : size.Pieces;
        var sum = default(EightSums);

        for (var at = part * size.PiecesOfPart; at < end; at++)
        {
            var piece = weights.Piece(((long)tile * size.Pieces) + at, lane);

            for (var four = 0; four < WeightTile.Piece / WeightTile.Four; four++)
            {
                sum = sum.Plus(
                    weights.Four(piece, four),
                    x,
                    vectors,
                    size.Stride,
                    (at * WeightTile.Piece) + (four * WeightTile.Four));
            }
        }

        sum.Store(sums, size, vectors, part, row);
    }
}
