using System.Runtime.InteropServices;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>
/// What the generated code calculates is what the kernels' source says, bit by bit: addresses, registers that are written
/// in place, and the order of operands.
/// </summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class GeneratedTensorCodeTests(KernelDevice device)
{
    private const int Pieces = 9;

    [Theory]
    [InlineData(TensorFormat.F16, 45, 3)]
    [InlineData(TensorFormat.F16, 10, 35)]
    [InlineData(TensorFormat.Q8, 45, 3)]
    [InlineData(TensorFormat.Q8, 10, 35)]
    [InlineData(TensorFormat.Q4, 45, 3)]
    [InlineData(TensorFormat.Q4, 10, 35)]
    public void Generated_code_gives_the_bits_of_its_source(TensorFormat format, int rows, int vectors)
    {
        Assert.SkipUnless(device.IsInterpreter, "the unit is played in the processor's memory");
        var accelerator = device.Accelerator;
        using var tensor = new DeviceTensor(accelerator, format, Pieces * WeightTile.Piece, rows);
        using var x = accelerator.Upload<float>(Twin.Values(vectors * Pieces * WeightTile.Piece, 3));
        var product = new DeviceProduct([tensor.Matrix]);
        var kernels = new EmulatedKernels(MatrixAdders.Truncating);
        var matrices = new MatrixKernels(accelerator, new(kernels, [new(format, null)]));
        using var fours = accelerator.Allocate1D<SplitFour>(x.Length / WeightTile.Four);
        using var scales = accelerator.Allocate1D<float>(x.Length / WeightTile.Piece);
        using var sums = accelerator.Allocate1D<float>(vectors * product.Sums);
        matrices.Multiply(product, x.View, new(fours.View, scales.View), sums.View, vectors);
        Assert.Equal(2, product.Parts);

        var machine = new PtxMachine(Code(format, vectors), MatrixAdders.Truncating);
        var output = machine.View(new float[sums.Length]);
        var size = product.SizeOf(rows, 0, vectors);
        var threads = size.Tiles * size.Parts * WarpMma.Lanes
            * size.BlocksOf(vectors > TensorProductKernel.Vectors ? TensorBlockKernel.Vectors : TensorProductKernel.Vectors);
        machine.Run(
            threads,
            Weights(machine, tensor.Matrix),
            [.. machine.View(fours.Download()), .. machine.View(scales.Download())],
            output,
            MemoryMarshal.AsBytes<ProductSize>([size]).ToArray());

        Assert.Equal(sums.Download(), machine.Content<float>(output, (int)sums.Length));
    }

    private static byte[] Weights(PtxMachine machine, DeviceMatrix matrix)
    {
        var words = new uint[matrix.Words.Length];
        matrix.Words.Read(words);
        var scales = new ushort[matrix.Scales.Length];
        matrix.Scales.Read(scales);
        return matrix.Format == TensorFormat.F16
            ? machine.View(words)
            : [.. machine.View(words), .. machine.View(scales)];
    }

    private static PtxText Code(TensorFormat format, int vectors)
    {
        var kernel = vectors > TensorProductKernel.Vectors ? typeof(TensorBlockKernel) : typeof(TensorProductKernel);
        var weights = format switch
        {
            TensorFormat.F16 => typeof(HalfView),
            TensorFormat.Q8 => typeof(EightBitView),
            _ => typeof(FourBitView),
        };
        return PtxText.Of(kernel.GetMethod("Run")!.MakeGenericMethod(typeof(TensorCores), weights));
    }
}
