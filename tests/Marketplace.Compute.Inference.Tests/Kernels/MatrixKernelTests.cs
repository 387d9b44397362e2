using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
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
        { TensorFormat.F16, 5, 7, 1 },
        { TensorFormat.F16, 33, 30, 6 },
        { TensorFormat.BF16, 6, 9, 5 },
        { TensorFormat.Q8, 3, 32, 1 },
        { TensorFormat.Q8, 9, 96, 5 },
        { TensorFormat.Q4, 9, 96, 5 },
        { TensorFormat.Q4K, 5, 256, 5 },
        { TensorFormat.Q6K, 5, 256, 5 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_that_of_the_plain_loop(TensorFormat format, int rows, int columns, int vectors)
    {
        var (stored, exact) = Twin.Stored(format, rows, columns, 1);
        var x = Twin.Values(columns * vectors, 2);
        using var matrix = device.Accelerator.Upload(stored);
        using var input = device.Accelerator.Upload(x);
        using var output = device.Accelerator.Allocate1D<float>(rows * vectors);

        new MatrixKernels(device.Accelerator).Multiply(
            new(matrix.View, format, rows, columns), input.View, output.View, vectors);

        Twin.AssertClose(Twin.Multiply(exact, rows, columns, x, vectors), output.Download());
    }

    [Theory]
    [InlineData(TensorFormat.F32)]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.BF16)]
    [InlineData(TensorFormat.Q8)]
    public void A_row_of_the_embedding_is_decoded_exactly(TensorFormat format)
    {
        var (stored, exact) = Twin.Stored(format, 5, 64, 3);
        int[] tokens = [4, 0, 4];
        using var matrix = device.Accelerator.Upload(stored);
        using var ids = device.Accelerator.Upload(tokens);
        using var output = device.Accelerator.Allocate1D<float>(3 * 64);

        new MatrixKernels(device.Accelerator).Embed(new(matrix.View, format, 5, 64), ids.View, output.View);

        Assert.Equal(tokens.SelectMany(token => exact.Skip(token * 64).Take(64)), output.Download());
    }

    [Fact]
    public void Every_kind_of_half_is_decoded_exactly()
    {
        Half[] halves = [(Half)0f, Half.NegativeZero, Half.Epsilon, (Half)6.1e-5f, (Half)6.09e-5f, Half.MaxValue, Half.MinValue, (Half)(-1f / 3)];
        var stored = System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(halves).ToArray();
        using var matrix = device.Accelerator.Upload(stored);
        using var ids = device.Accelerator.Upload<int>([0]);
        using var output = device.Accelerator.Allocate1D<float>(halves.Length);

        new MatrixKernels(device.Accelerator).Embed(
            new(matrix.View, TensorFormat.F16, 1, halves.Length), ids.View, output.View);

        Assert.Equal(halves.Select(half => (float)half), output.Download());
    }
}
