using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// <c>mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32</c> by the figures of the PTX ISA ("Matrix fragments for
/// mma.m16n8k16 with floating point type"), written down again here: nothing of the kernels' own map is used.
/// </summary>
internal sealed class EmulatedWarp(MatrixAdder adder)
{
    public const int Lanes = 32;

    private readonly List<(uint[] A0, uint[] A1, SplitFour Four0, SplitFour Four1)>[] _handedIn =
        [.. Enumerable.Range(0, Lanes).Select(_ => new List<(uint[], uint[], SplitFour, SplitFour)>())];

    private bool _isAnswered;
    private int _lane;
    private int _call;

    public void Begin(int lane, bool isAnswered) => (_lane, _isAnswered, _call) = (lane, isAnswered, 0);

    /// <summary>The instruction waits for all lanes: as many calls of each.</summary>
    public void AssertTogether() => Assert.Single(_handedIn.Select(calls => calls.Count).Distinct());

    /// <summary>This lane's sums of a piece; null while lanes only hand in.</summary>
    public FragmentSums? Piece(RowFragments rows, SplitFour four0, SplitFour four1)
    {
        if (!_isAnswered)
        {
            _handedIn[_lane].Add((Registers(rows.Step0), Registers(rows.Step1), four0, four1));
            return null;
        }

        var call = _call++;
        var sums = new float[4];

        for (var at = 0; at < sums.Length; at++)
        {
            // c0 and c1 are of row groupID, c2 and c3 of the one 8 below; columns threadID_in_group * 2 and + 1.
            var row = (_lane / 4) + (at < 2 ? 0 : 8);
            var column = (_lane % 4 * 2) + (at & 1);
            var low0 = Dot(call, 0, row, column, four => (four.LowFirst, four.LowSecond), 0);
            var low1 = Dot(call, 1, row, column, four => (four.LowFirst, four.LowSecond), low0);
            var high0 = Dot(call, 0, row, column, four => (four.HighFirst, four.HighSecond), low1);
            sums[at] = Dot(call, 1, row, column, four => (four.HighFirst, four.HighSecond), high0);
        }

        return new(sums[0], sums[1], sums[2], sums[3]);
    }

    private static uint[] Registers(MatrixFragment fragment) => [fragment.R0, fragment.R1, fragment.R2, fragment.R3];

    private float Dot(
        int call, int step, int row, int column, Func<SplitFour, (uint B0, uint B1)> registers, float c)
    {
        var products = new double[16];

        for (var k = 0; k < products.Length; k++)
        {
            products[k] = (double)A(call, step, row, k) * B(call, step, k, column, registers);
        }

        return adder(products, c);
    }

    /// <summary>
    /// Registers a0a1 and a4a5 hold row groupID, a2a3 and a6a7 the one 8 below; the first two columns
    /// threadID_in_group * 2 and + 1, the others 8 further.
    /// </summary>
    private float A(int call, int step, int row, int k)
    {
        var lane = (row % 8 * 4) + (k % 8 / 2);
        var (a0, a1, _, _) = _handedIn[lane][call];
        return Halves.At((step == 0 ? a0 : a1)[(row / 8) + (k / 8 * 2)], k % 2);
    }

    /// <summary>Register b0b1 holds rows threadID_in_group * 2 and + 1, b2b3 those 8 further; column groupID.</summary>
    private float B(int call, int step, int k, int column, Func<SplitFour, (uint B0, uint B1)> registers)
    {
        var lane = (column * 4) + (k % 8 / 2);
        var (_, _, four0, four1) = _handedIn[lane][call];
        var (b0, b1) = registers(step == 0 ? four0 : four1);
        return Halves.At(k < 8 ? b0 : b1, k % 2);
    }
}
