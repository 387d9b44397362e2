using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>x[row] = the embedding's row of the row's token, one thread an element.</summary>
internal static class EmbeddingKernel
{
    public static void Run<TWeights>(TWeights embedding, RowPlan plan, ArrayView<float> x, int dimension)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= plan.Rows * dimension)
        {
            return;
        }

        var row = thread / dimension;
        var element = thread - (row * dimension);
        var token = plan.Token(row);
        var place = ((long)(token / WeightTile.Rows) * WeightTile.PiecesOf(dimension)) + (element / WeightTile.Piece);
        var four = embedding.Four(
            embedding.Piece(place, token % WeightTile.Rows), element % WeightTile.Piece / WeightTile.Four);
        x[thread] = four.At(element % WeightTile.Four);
    }
}
