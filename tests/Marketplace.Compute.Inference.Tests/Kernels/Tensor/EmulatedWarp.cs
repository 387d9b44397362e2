using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>What the lanes of a warp hand in to a matrix unit, call by call, and what they get.</summary>
internal sealed class EmulatedWarp(MatrixAdder adder)
{
    private readonly List<Call>[] _handedIn =
        [.. Enumerable.Range(0, WarpMma.Lanes).Select(_ => new List<Call>())];

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
            _handedIn[_lane].Add(new(
                Registers(rows.Step0),
                Registers(rows.Step1),
                [four0.LowFirst, four0.LowSecond],
                [four1.LowFirst, four1.LowSecond],
                [four0.HighFirst, four0.HighSecond],
                [four1.HighFirst, four1.HighSecond]));
            return null;
        }

        var number = _call++;
        var sums = new float[4];

        for (var at = 0; at < sums.Length; at++)
        {
            float Add(Func<Call, uint[]> a, Func<Call, uint[]> b, float c) => WarpMma.Element(
                _lane, at, lane => a(_handedIn[lane][number]), lane => b(_handedIn[lane][number]), c, adder);
            var sum = Add(call => call.A0, call => call.Low0, 0);
            sum = Add(call => call.A1, call => call.Low1, sum);
            sum = Add(call => call.A0, call => call.High0, sum);
            sums[at] = Add(call => call.A1, call => call.High1, sum);
        }

        return new(sums[0], sums[1], sums[2], sums[3]);
    }

    private static uint[] Registers(MatrixFragment fragment) => [fragment.R0, fragment.R1, fragment.R2, fragment.R3];

    private sealed record Call(uint[] A0, uint[] A1, uint[] Low0, uint[] Low1, uint[] High0, uint[] High1);
}
