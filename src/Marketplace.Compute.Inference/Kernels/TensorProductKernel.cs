using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// sums[part, v, row] = the part's columns of row · x[v], on a matrix unit; one warp a (tile, part, eight vectors).
/// For eight vectors and fewer, one included: what the unit does for those that are not there costs nothing, since
/// weights are what a step waits for. No lane waits for another but in the unit itself.
/// </summary>
internal static class TensorProductKernel
{
    /// <summary>Vectors of a warp.</summary>
    public const int Vectors = FragmentMap.Vectors;

    public static void Run<TUnit, TWeights>(
        TWeights weights, SplitVectors x, ArrayView<float> sums, ProductSize size)
        where TUnit : struct, IMatrixUnit
        where TWeights : struct, IHalfWeights => Lane<TUnit, TWeights>(Grid.GlobalIndex.X, weights, x, sums, size);

    /// <summary>The same for the thread with a number.</summary>
    public static void Lane<TUnit, TWeights>(
        int thread, TWeights weights, SplitVectors x, ArrayView<float> sums, ProductSize size)
        where TUnit : struct, IMatrixUnit
        where TWeights : struct, IHalfWeights
    {
        var warp = new WarpPlace(thread, size, Vectors);

        if (warp.Tile >= size.Tiles)
        {
            return;
        }

        var vectors = new LaneVectors(new(warp.Block * Vectors, size.Vectors - 1), warp.Lane);
        var end = warp.End(size);
        var unit = default(TUnit);
        var sum = new TileSums(unit.Zero(), unit.Zero());

        for (var at = warp.Begin(size); at < end; at++)
        {
            var tile = TileFragments.Read(unit, weights, ((long)warp.Tile * size.Pieces) + at, warp.Lane);
            sum.Add(unit, tile, x, new(warp.Lane, vectors, size.Pieces, at));
        }

        sum.Store(sums, size, warp, vectors);
    }
}
