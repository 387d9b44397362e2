using CsCheck;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class SplitKernelTests(KernelDevice device)
{
    private const float Relative = 1f / (1 << 22);
    private const float OfLargest = 1f / (1L << 38);

    [Fact]
    public void Halves_and_scale_make_the_element_again()
    {
        var accelerator = device.Accelerator;

        Gen.Select(Gen.Int, Gen.Int[-80, 100], Gen.Int[0, 40]).Sample(
            one =>
            {
                var (seed, exponent, spread) = one;
                var random = new Random(seed);
                float[] x =
                [
                    .. Enumerable.Range(0, 2 * WeightTile.Piece).Select(_ =>
                        MathF.ScaleB((random.NextSingle() * 2) - 1, exponent - random.Next(spread + 1))),
                ];

                var found = Joined(accelerator, x);

                for (var at = 0; at < x.Length; at++)
                {
                    var largest = x.Skip(at / WeightTile.Piece * WeightTile.Piece).Take(WeightTile.Piece).Max(MathF.Abs);
                    var allowed = Math.Max(Relative * Math.Abs((double)x[at]), OfLargest * (double)largest);
                    Assert.True(Math.Abs(found[at] - x[at]) <= allowed, $"{found[at]}, expected {x[at]} within {allowed}");
                }
            },
            iter: device.IsInterpreter ? 20 : 200,
            threads: 1);
    }

    [Fact]
    public void Zeros_stay_zeros() =>
        Assert.All(Joined(device.Accelerator, new float[WeightTile.Piece]), value => Assert.Equal(0, value));

    /// <summary>All finite halves, and single numbers between and beyond them.</summary>
    [Fact]
    public void Singles_become_the_nearest_half()
    {
        for (var bits = 0; bits < 0x7C00; bits++)
        {
            var value = (float)BitConverter.UInt16BitsToHalf((ushort)bits);
            var next = bits == 0x7BFF ? 65536 : (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            var middle = value + ((next - value) / 2);

            Assert.Equal((uint)bits, HalfView.Encode(value));
            Assert.Equal((uint)bits | 0x8000, HalfView.Encode(-value));
            Assert.Equal((uint)bits, HalfView.Encode(MathF.BitDecrement(middle)));
            Assert.Equal((uint)bits + 1, HalfView.Encode(MathF.BitIncrement(middle)));
        }

        Assert.Equal(0x7C00u, HalfView.Encode(float.MaxValue));
        Assert.Equal(0xFC00u, HalfView.Encode(float.NegativeInfinity));
        Assert.Equal(0x7E00u, HalfView.Encode(float.NaN) & 0x7FFF);
    }

    private static double[] Joined(Accelerator accelerator, float[] x)
    {
        var pieces = x.Length / WeightTile.Piece;
        using var input = accelerator.Upload<float>(x);
        using var fours = accelerator.Allocate1D<SplitFour>(x.Length / WeightTile.Four);
        using var scales = accelerator.Allocate1D<float>(pieces);
        var split = accelerator.LoadStreamKernel<ILGPU.ArrayView<float>, SplitVectors, int>(SplitKernel.Run);

        split(new(1, Math.Max(pieces, 1)), input.View, new(fours.View, scales.View), pieces);

        var (halves, factors) = (fours.Download(), scales.Download());
        return
        [
            .. x.Select((_, at) =>
            {
                var four = halves[at / WeightTile.Four];
                var (high, low) = at % WeightTile.Four < 2
                    ? (four.HighFirst, four.LowFirst)
                    : (four.HighSecond, four.LowSecond);
                return ((double)Halves.At(high, at % 2) + Halves.At(low, at % 2)) * factors[at / WeightTile.Piece];
            }),
        ];
    }
}
