using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The kernels that read weights, loaded for one form of storage when it is first needed.</summary>
/// <param name="accelerator">The device.</param>
/// <param name="plan">What goes to its matrix unit; nothing where none is given.</param>
internal sealed class MatrixKernels(Accelerator accelerator, MatrixPlan? plan = null)
{
    private readonly MatrixPlan _plan = plan ?? MatrixPlan.Portable;
    private readonly Dictionary<TensorFormat, Launchers> _byFormat = [];
    private readonly Lazy<Action<KernelConfig, ArrayView<float>, SplitVectors, int>> _split =
        new(() => accelerator.LoadStreamKernel<ArrayView<float>, SplitVectors, int>(SplitKernel.Run));

    /// <summary>Kernels started so far.</summary>
    public long Launches { get; private set; }

    /// <summary>How each form of storage is multiplied, as far as that was decided.</summary>
    public IReadOnlyList<MatrixPath> Paths => _plan.Paths;

    /// <summary>Room for the halves of so many elements of vectors; none where nothing goes to the unit.</summary>
    public SplitVectors HalvesFor(DeviceRoom room, long elements) => _plan.UsesAny
        ? new(room.Of<SplitFour>(elements / WeightTile.Four), room.Of<float>(elements / WeightTile.Piece))
        : default;

    /// <summary>Sums of every row of the product times every vector, part by part.</summary>
    /// <param name="product">The matrices.</param>
    /// <param name="x">[vectors], each with zeros up to <see cref="WeightTile.StrideOf"/>.</param>
    /// <param name="halves">Room for as many elements, of <see cref="HalvesFor"/>.</param>
    /// <param name="sums">Room for the product's sums of all vectors.</param>
    /// <param name="vectors">How many.</param>
    public PartSums Multiply(
        DeviceProduct product, ArrayView<float> x, SplitVectors halves, ArrayView<float> sums, int vectors)
    {
        var row = 0;

        if (product.Matrices.Any(matrix => _plan.Uses(matrix.Format)))
        {
            var pieces = vectors * product.SizeOf(0, 0, vectors).Pieces;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(pieces, halves.Pieces, nameof(vectors));
            _split.Value(Groups.For(accelerator, pieces), x, halves, pieces);
            Launches++;
        }

        foreach (var matrix in product.Matrices)
        {
            var launch = Of(matrix.Format);
            var size = product.SizeOf(matrix.Rows, row, vectors);

            launch.Multiply(matrix, x, halves, sums, size);
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
                TensorFormat.F16 => Load<HalfView>(format, matrix => new(matrix.Words)),
                TensorFormat.BF16 => Load<BrainView>(matrix => new(matrix.Words)),
                TensorFormat.Q8 => Load<EightBitView>(format, matrix => new(matrix.Words, matrix.Scales)),
                TensorFormat.Q4 => Load<FourBitView>(format, matrix => new(matrix.Words, matrix.Scales)),
                TensorFormat.Q4K => Load<FourBitSuperView>(matrix => new(matrix.Words)),
                TensorFormat.Q6K => Load<SixBitSuperView>(matrix => new(matrix.Words, matrix.Scales)),
                _ => throw new UnreachableException(format.ToString()),
            };
            _byFormat.Add(format, launchers);
        }

        return launchers;
    }

    /// <summary>
    /// A form that the matrix unit has kernels for; it gets the portable ones where it does not go there.
    /// </summary>
    private Launchers Load<TWeights>(TensorFormat format, Func<DeviceMatrix, TWeights> view)
        where TWeights : struct, IHalfWeights
    {
        if (_plan.Kernels is not { } unit || !_plan.Uses(format))
        {
            return Load(view);
        }

        var product = unit.Product<TWeights>();
        var block = unit.Block<TWeights>();
        return new(
            (matrix, _, halves, sums, size) =>
            {
                var isFew = size.Vectors <= TensorProductKernel.Vectors;
                var blocks = size.BlocksOf(isFew ? TensorProductKernel.Vectors : TensorBlockKernel.Vectors);
                (isFew ? product : block)(Threads(size, blocks), view(matrix), halves, sums, size);
            },
            Embedding(view));
    }

    private Launchers Load<TWeights>(Func<DeviceMatrix, TWeights> view)
        where TWeights : struct, IWeightView
    {
        var vector = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, ProductSize>(
            ProductKernel.Run);
        var block = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, ProductSize>(
            ProductBlockKernel.Run);
        return new(
            (matrix, x, _, sums, size) =>
            {
                // A block of one kind of thread for one vector would do eight times the work.
                var blocks = size.Vectors == 1 ? 1 : size.BlocksOf(EightVectors.Count);
                (size.Vectors == 1 ? vector : block)(Threads(size, blocks), view(matrix), x, sums, size);
            },
            Embedding(view));
    }

    private Action<DeviceMatrix, RowPlan, ArrayView<float>> Embedding<TWeights>(Func<DeviceMatrix, TWeights> view)
        where TWeights : struct, IWeightView
    {
        var embed = accelerator.LoadStreamKernel<TWeights, RowPlan, ArrayView<float>, int>(EmbeddingKernel.Run);
        return (matrix, plan, x) => embed(
            Groups.For(accelerator, (long)plan.Rows * matrix.Columns), view(matrix), plan, x, matrix.Columns);
    }

    /// <summary>One for each row of a tile and each part of each block of vectors.</summary>
    private KernelConfig Threads(ProductSize size, int blocks) =>
        Groups.For(accelerator, (long)size.Tiles * WeightTile.Rows * size.Parts * blocks);

    private sealed record Launchers(
        Action<DeviceMatrix, ArrayView<float>, SplitVectors, ArrayView<float>, ProductSize> Multiply,
        Action<DeviceMatrix, RowPlan, ArrayView<float>> Embed);
}
