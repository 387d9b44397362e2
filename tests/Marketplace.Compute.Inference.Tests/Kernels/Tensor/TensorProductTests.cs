using CsCheck;
using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>Products on a matrix unit, played on the processor, against plain loops in double precision.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class TensorProductTests(KernelDevice device)
{
    /// <summary>Of the sum of a product's terms without signs: two halves keep 22 bits, and the sums 24.</summary>
    private const double Tolerance = 1.0 / (1 << 21);

    private static readonly Gen<(TensorFormat, int, int, int, int)> Cases = Gen.Select(
        Gen.Int[0, TensorCheck.Formats.Count - 1].Select(at => TensorCheck.Formats[at]),
        Gen.Int[1, 70],
        Gen.Int[1, 12],
        Gen.Int[1, 40],
        Gen.Int[0, 31]);

    private Accelerator Accelerator
    {
        get
        {
            Assert.SkipUnless(device.IsInterpreter, "the unit is played in the processor's memory");
            return device.Accelerator;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Products_of_any_size_are_those_of_the_plain_loop(bool isTruncating)
    {
        var accelerator = Accelerator;

        Cases.Sample(
            one =>
            {
                var (format, rows, pieces, vectors, missing) = one;
                var columns = (pieces * WeightTile.Piece) - (format == TensorFormat.F16 ? missing : 0);
                using var tensor = new DeviceTensor(accelerator, format, columns, rows);
                var x = Twin.Values(columns * vectors, rows + vectors);

                var found = Multiply(accelerator, isTruncating, tensor, x, vectors);

                AssertClose(tensor.Exact, x, columns, found);
            },
            iter: 25,
            threads: 1);
    }

    [Fact]
    public void A_vector_has_the_same_bits_alone_and_among_any_others()
    {
        var accelerator = Accelerator;

        Cases.Sample(
            one =>
            {
                var (format, rows, pieces, vectors, _) = one;
                var columns = pieces * WeightTile.Piece;
                using var tensor = new DeviceTensor(accelerator, format, columns, rows);
                var x = Twin.Values(columns * vectors, rows + vectors);
                var together = Multiply(accelerator, true, tensor, x, vectors);

                foreach (var vector in new[] { 0, vectors / 2, vectors - 1 })
                {
                    var alone = Multiply(
                        accelerator, true, tensor, x[(vector * columns)..((vector + 1) * columns)], 1);
                    Assert.Equal(alone, together[(vector * rows)..((vector + 1) * rows)]);
                }
            },
            iter: 15,
            threads: 1);
    }

    [Theory]
    [InlineData(8, 1, 0)]
    [InlineData(9, 0, 1)]
    public void More_than_eight_vectors_share_the_reading_of_weights(int vectors, int few, int many)
    {
        using var tensor = new DeviceTensor(Accelerator, TensorFormat.F16, 64, 33);
        var kernels = new EmulatedKernels(MatrixAdders.Nearest);

        Multiply(kernels, tensor, Twin.Values(64 * vectors, 1), vectors);

        Assert.Equal((few, many), kernels.Started);
    }

    /// <summary>Large and tiny pieces beside one another: each has a scale of its own.</summary>
    [Fact]
    public void Elements_of_any_size_keep_their_bits()
    {
        const int Columns = 8 * WeightTile.Piece;
        using var tensor = new DeviceTensor(Accelerator, TensorFormat.F16, Columns, 40);
        var x = Twin.Values(Columns * 5, 4);

        for (var at = 0; at < x.Length; at++)
        {
            x[at] = MathF.ScaleB(x[at], at / WeightTile.Piece % 8 * 12 - 42);
        }

        AssertClose(tensor.Exact, x, Columns, Multiply(Accelerator, true, tensor, x, 5));
    }

    [Fact]
    public void What_is_no_number_stays_none()
    {
        using var tensor = new DeviceTensor(Accelerator, TensorFormat.Q8, 64, 5);
        float[] x = [.. Twin.Values(127, 4), float.NaN, .. Twin.Values(63, 4), float.PositiveInfinity];

        var found = Multiply(Accelerator, false, tensor, x, 3);

        Assert.All(found[..5], value => Assert.True(float.IsFinite(value)));
        Assert.All(found[5..], value => Assert.False(float.IsFinite(value)));
    }

    private static void AssertClose(float[] weights, float[] x, int columns, float[] found)
    {
        var rows = weights.Length / columns;

        for (var at = 0; at < found.Length; at++)
        {
            var terms = Enumerable.Range(0, columns).Select(column =>
                (double)weights[(at % rows * columns) + column] * x[(at / rows * columns) + column]).ToList();
            var (sum, allowed) = (terms.Sum(), Tolerance * terms.Sum(Math.Abs));
            Assert.True(Math.Abs(sum - found[at]) <= allowed, $"[{at}]: {found[at]}, expected {sum} within {allowed}");
        }
    }

    private static float[] Multiply(
        Accelerator accelerator, bool isTruncating, DeviceTensor tensor, float[] x, int vectors) => Multiply(
            new EmulatedKernels(isTruncating ? MatrixAdders.Truncating : MatrixAdders.Nearest), tensor, x, vectors, accelerator);

    private float[] Multiply(EmulatedKernels kernels, DeviceTensor tensor, float[] x, int vectors) =>
        Multiply(kernels, tensor, x, vectors, Accelerator);

    private static float[] Multiply(
        EmulatedKernels kernels, DeviceTensor tensor, float[] x, int vectors, Accelerator accelerator)
    {
        var (columns, stride) = (x.Length / vectors, WeightTile.StrideOf(x.Length / vectors));
        var padded = new float[vectors * stride];

        for (var at = 0; at < x.Length; at++)
        {
            padded[(at / columns * stride) + (at % columns)] = x[at];
        }

        var product = new DeviceProduct([tensor.Matrix]);
        var matrices = new MatrixKernels(accelerator, new(kernels, [new(tensor.Matrix.Format, null)]));
        using var room = new DeviceRoom(accelerator);
        using var input = accelerator.Upload<float>(padded);
        using var output = accelerator.Allocate1D<float>(vectors * product.Sums);
        matrices.Multiply(product, input.View, matrices.HalvesFor(room, padded.Length), output.View, vectors);
        var sums = new float[vectors * product.Rows];
        var parts = output.Download();

        for (var at = 0; at < parts.Length; at++)
        {
            sums[at % sums.Length] += parts[at];
        }

        return sums;
    }
}
