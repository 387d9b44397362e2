using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// Plays the lanes of a warp one after the other. What a lane hands in does not depend on what it gets, so all lanes run
/// once to show what they hand in, and once more to get their answers.
/// </summary>
internal readonly struct EmulatedUnit : IMatrixUnit
{
    [ThreadStatic]
    private static EmulatedWarp? Warp;

    /// <summary>Runs a lane's work for all 32.</summary>
    public static void Run(MatrixAdder adder, Action<int> lane)
    {
        Warp = new(adder);

        foreach (var isAnswered in new[] { false, true })
        {
            for (var number = 0; number < WarpMma.Lanes; number++)
            {
                Warp.Begin(number, isAnswered);
                lane(number);
            }
        }

        Warp.AssertTogether();
        Warp = null;
    }

    public FragmentSums Zero() => default;

    public void MultiplyAdd(
        ref FragmentSums sums, RowFragments rows, SplitFour four0, SplitFour four1, FragmentSums scales)
    {
        if (Warp!.Piece(rows, four0, four1) is { } piece)
        {
            sums = new(
                MathF.FusedMultiplyAdd(piece.A, scales.A, sums.A),
                MathF.FusedMultiplyAdd(piece.B, scales.B, sums.B),
                MathF.FusedMultiplyAdd(piece.C, scales.C, sums.C),
                MathF.FusedMultiplyAdd(piece.D, scales.D, sums.D));
        }
    }

    public void Subtract(ref uint pair, uint less) =>
        pair = Halves.Bits((Half)(Halves.At(pair, 0) - Halves.At(less, 0)))
            | (Halves.Bits((Half)(Halves.At(pair, 1) - Halves.At(less, 1))) << 16);
}
