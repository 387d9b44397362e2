using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The kernels that read weights, loaded for one form of storage when it is first needed.</summary>
internal sealed class MatrixKernels(Accelerator accelerator)
{
    private readonly Dictionary<TensorFormat, Launchers> _byFormat = [];

    /// <summary>Kernels started so far.</summary>
    public long Launches { get; private set; }

    /// <summary>Sums of every row of the product times every vector, part by part.</summary>
    /// <param name="product">The matrices.</param>
    /// <param name="x">[vectors], each with zeros up to <see cref="WeightTile.StrideOf"/>.</param>
    /// <param name="sums">Room for the product's sums of all vectors.</param>
    /// <param name="vectors">How many.</param>
    public PartSums Multiply(DeviceProduct product, ArrayView<float> x, ArrayView<float> sums, int vectors)
    {
        var row = 0;

        foreach (var matrix in product.Matrices)
        {
            var launch = Of(matrix.Format);
            var size = product.SizeOf(matrix.Rows, row, vectors);

            // A block of one kind of thread for one vector would do eight times the work.
            (vectors == 1 ? launch.Vector : launch.Block)(matrix, x, sums, size);
            row += matrix.Rows;
            Launches++;
        }

        return new(sums, product.Parts, vectors, product.Rows);
    }

    /// <summary>x[row] = the row of its token.</summary>
    public void Embed(DeviceMatrix embedding, RowPlan plan, ArrayView<float> x)
    {
        Of(embedding.Format).Embed(embedding, plan, x);
        Launches++;
    }

    private Launchers Of(TensorFormat format)
    {
        if (!_byFormat.TryGetValue(format, out var launchers))
        {
            launchers = format switch
            {
                TensorFormat.F32 => Load<SingleView>(matrix => new(matrix.Words)),
                TensorFormat.F16 => Load<HalfView>(matrix => new(matrix.Words)),
                TensorFormat.BF16 => Load<BrainView>(matrix => new(matrix.Words)),
                TensorFormat.Q8 => Load<EightBitView>(matrix => new(matrix.Words, matrix.Scales)),
                TensorFormat.Q4 => Load<FourBitView>(matrix => new(matrix.Words, matrix.Scales)),
                TensorFormat.Q4K => Load<FourBitSuperView>(matrix => new(matrix.Words)),
                TensorFormat.Q6K => Load<SixBitSuperView>(matrix => new(matrix.Words, matrix.Scales)),
                _ => throw new UnreachableException(format.ToString()),
            };
            _byFormat.Add(format, launchers);
        }

        return launchers;
    }

    private Launchers Load<TWeights>(Func<DeviceMatrix, TWeights> view)
        where TWeights : struct, IWeightView
    {
        var vector = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, ProductSize>(
            ProductKernel.Run);
        var block = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, ProductSize>(
            ProductBlockKernel.Run);
        var embed = accelerator.LoadStreamKernel<TWeights, RowPlan, ArrayView<float>, int>(EmbeddingKernel.Run);
        return new(
            (matrix, x, sums, size) => vector(Threads(size, size.Vectors), view(matrix), x, sums, size),
            (matrix, x, sums, size) => block(
                Threads(size, (size.Vectors + EightVectors.Count - 1) / EightVectors.Count),
                view(matrix),
                x,
                sums,
                size),
            (matrix, plan, x) => embed(
                Groups.For(accelerator, (long)plan.Rows * matrix.Columns), view(matrix), plan, x, matrix.Columns));
    }

    private KernelConfig Threads(ProductSize size, int blocks) =>
        Groups.For(accelerator, (long)size.Tiles * WeightTile.Rows * size.Parts * blocks);

    private sealed record Launchers(
        Action<DeviceMatrix, ArrayView<float>, ArrayView<float>, ProductSize> Vector,
        Action<DeviceMatrix, ArrayView<float>, ArrayView<float>, ProductSize> Block,
        Action<DeviceMatrix, RowPlan, ArrayView<float>> Embed);
}
