using ILGPU.Runtime;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;
using Half = System.Half;

namespace Marketplace.Compute.Inference.Tests.Kernels;

[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class MatrixKernelTests(KernelDevice device)
{
    public static TheoryData<TensorFormat, int, int, int> Sizes => new()
    {
        { TensorFormat.F32, 1, 1, 1 },
        { TensorFormat.F32, 5, 7, 3 },
        { TensorFormat.F32, 70, 66, 9 },
        { TensorFormat.F32, 3, 1_000, 8 },
        { TensorFormat.F16, 5, 7, 1 },
        { TensorFormat.F16, 33, 600, 6 },
        { TensorFormat.BF16, 6, 9, 5 },
        { TensorFormat.Q8, 3, 32, 1 },
        { TensorFormat.Q8, 9, 544, 5 },
        { TensorFormat.Q4, 9, 96, 5 },
        { TensorFormat.Q4, 34, 544, 17 },
        { TensorFormat.Q4K, 5, 256, 5 },
        { TensorFormat.Q4K, 5, 768, 2 },
        { TensorFormat.Q6K, 5, 256, 5 },
        { TensorFormat.Q6K, 5, 768, 2 },
    };

    private Accelerator Accelerator => device.Accelerator;

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_that_of_the_plain_loop(TensorFormat format, int rows, int columns, int vectors)
    {
        using var tensor = new DeviceTensor(Accelerator, format, columns, rows);
        var x = Twin.Values(columns * vectors, 2);

        var found = Multiply(new([tensor.Matrix]), x, vectors);

        Twin.AssertClose(Twin.Multiply(tensor.Exact, rows, columns, x, vectors), found);
    }

    /// <summary>Texts depend on it: a step has any number of vectors.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_vector_has_the_same_bits_alone(TensorFormat format, int rows, int columns, int vectors)
    {
        using var tensor = new DeviceTensor(Accelerator, format, columns, rows);
        var product = new DeviceProduct([tensor.Matrix]);
        var x = Twin.Values(columns * vectors, 2);

        var together = Multiply(product, x, vectors);

        for (var vector = 0; vector < vectors; vector++)
        {
            var alone = Multiply(product, x[(vector * columns)..((vector + 1) * columns)], 1);
            Assert.Equal(alone, together[(vector * rows)..((vector + 1) * rows)]);
        }
    }

    [Fact]
    public void Matrices_of_different_forms_give_their_sums_one_below_the_other()
    {
        const int Columns = 512;
        using var first = new DeviceTensor(Accelerator, TensorFormat.Q4, Columns, 5, 40, 1);
        using var second = new DeviceTensor(Accelerator, TensorFormat.Q8, Columns, 7);
        var x = Twin.Values(2 * Columns, 2);

        var found = Multiply(new([first.Matrix, second.Matrix]), x, 2);

        Twin.AssertClose(Twin.Multiply([.. first.Exact, .. second.Exact], 53, Columns, x, 2), found);
    }

    [Theory]
    [InlineData(TensorFormat.F32, 70)]
    [InlineData(TensorFormat.F16, 70)]
    [InlineData(TensorFormat.BF16, 70)]
    [InlineData(TensorFormat.Q8, 64)]
    [InlineData(TensorFormat.Q4, 64)]
    [InlineData(TensorFormat.Q4K, 512)]
    [InlineData(TensorFormat.Q6K, 512)]
    public void A_row_of_the_embedding_is_decoded_exactly(TensorFormat format, int columns)
    {
        using var tensor = new DeviceTensor(Accelerator, format, columns, 40);
        int[] tokens = [39, 0, 33];

        var found = Embed(tensor, tokens, columns);

        Twin.AssertClose(
            [.. tokens.SelectMany(token => tensor.Exact.Skip(token * columns).Take(columns))],
            found,
            format is TensorFormat.Q4K ? 1e-6f : 0);
    }

    [Fact]
    public void Every_kind_of_half_is_decoded_exactly()
    {
        Half[] halves = [(Half)0f, Half.NegativeZero, Half.Epsilon, (Half)6.1e-5f, (Half)6.09e-5f, Half.MaxValue, Half.MinValue, (Half)(-1f / 3)];
        var stored = System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(halves).ToArray();
        using var tensor = new DeviceTensor(Accelerator, stored, TensorFormat.F16, 1, halves.Length);

        Assert.Equal(halves.Select(half => (float)half), Embed(tensor, [0], halves.Length));
    }

    private float[] Embed(DeviceTensor tensor, int[] tokens, int columns)
    {
        using var numbers = Accelerator.Upload<int>([.. tokens, .. new int[3 * tokens.Length]]);
        using var output = Accelerator.Allocate1D<float>(tokens.Length * columns);
        new MatrixKernels(Accelerator).Embed(tensor.Matrix, new(numbers.View, tokens.Length), output.View);
        return output.Download();
    }

    private float[] Multiply(DeviceProduct product, float[] x, int vectors)
    {
        var columns = x.Length / vectors;
        var padded = new float[vectors * WeightTile.StrideOf(columns)];

        for (var at = 0; at < x.Length; at++)
        {
            padded[(at / columns * WeightTile.StrideOf(columns)) + (at % columns)] = x[at];
        }

        using var input = Accelerator.Upload(padded);
        using var sums = Accelerator.Allocate1D<float>(vectors * product.Sums);
        using var output = Accelerator.Allocate1D<float>(vectors * product.Rows);
        var parts = new MatrixKernels(Accelerator).Multiply(
            product, input.View, default, sums.View, vectors);
        new LayerKernels(Accelerator).Sum(parts, new(input.View, 0, 1, 0), output.View);
        return output.Download();
    }
}
