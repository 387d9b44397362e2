using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// The same for 32 vectors a warp, so that weights are read once for all of them. Every sum has the order of
/// <see cref="TensorProductKernel"/>. Of the last 32 some may be missing.
/// </summary>
internal static class TensorBlockKernel
{
    /// <summary>Vectors of a warp.</summary>
    public const int Vectors = 4 * FragmentMap.Vectors;

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

        var (vectors0, vectors1) = (Eight(warp, 0, size), Eight(warp, 1, size));
        var (vectors2, vectors3) = (Eight(warp, 2, size), Eight(warp, 3, size));
        var end = warp.End(size);
        var unit = default(TUnit);
        var sum0 = new TileSums(unit.Zero(), unit.Zero());
        var sum1 = new TileSums(unit.Zero(), unit.Zero());
        var sum2 = new TileSums(unit.Zero(), unit.Zero());
        var sum3 = new TileSums(unit.Zero(), unit.Zero());

        for (var at = warp.Begin(size); at < end; at++)
        {
            var tile = TileFragments.Read(unit, weights, ((long)warp.Tile * size.Pieces) + at, warp.Lane);
            sum0.Add(unit, tile, x, new(warp.Lane, vectors0, size.Pieces, at));
            sum1.Add(unit, tile, x, new(warp.Lane, vectors1, size.Pieces, at));
            sum2.Add(unit, tile, x, new(warp.Lane, vectors2, size.Pieces, at));
            sum3.Add(unit, tile, x, new(warp.Lane, vectors3, size.Pieces, at));
        }

        sum0.Store(sums, size, warp, vectors0);
        sum1.Store(sums, size, warp, vectors1);
        sum2.Store(sums, size, warp, vectors2);
        sum3.Store(sums, size, warp, vectors3);
    }

    private static LaneVectors Eight(WarpPlace warp, int number, ProductSize size) => new(
        new((warp.Block * Vectors) + (number * FragmentMap.Vectors), size.Vectors - 1), warp.Lane);
}
