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

    /// <summary>y[v] = matrix · x[v].</summary>
    public void Multiply(DeviceMatrix matrix, ArrayView<float> x, ArrayView<float> y, int vectors)
    {
        var launch = Of(matrix.Format);
        var blocked = vectors / MatrixBlockKernel.Vectors * MatrixBlockKernel.Vectors;

        if (blocked > 0)
        {
            launch.Block(matrix.Bytes, x, y, new(matrix.Rows, matrix.Columns, blocked));
        }

        if (blocked < vectors)
        {
            launch.Vector(
                matrix.Bytes,
                x.SubView((long)blocked * matrix.Columns),
                y.SubView((long)blocked * matrix.Rows),
                new(matrix.Rows, matrix.Columns, vectors - blocked));
        }
    }

    /// <summary>x[t] = the row of token t.</summary>
    public void Embed(DeviceMatrix embedding, ArrayView<int> tokens, ArrayView<float> x) =>
        Of(embedding.Format).Embed(embedding.Bytes, tokens, x, embedding.Columns);

    private Launchers Of(TensorFormat format)
    {
        if (!_byFormat.TryGetValue(format, out var launchers))
        {
            launchers = format switch
            {
                TensorFormat.F32 => Load<SingleView>(bytes => new(bytes.Cast<float>())),
                TensorFormat.F16 => Load<HalfView>(bytes => new(bytes.Cast<ushort>())),
                TensorFormat.BF16 => Load<BrainView>(bytes => new(bytes.Cast<ushort>())),
                TensorFormat.Q8 => Load<EightBitView>(bytes => new(bytes.Cast<ushort>())),
                TensorFormat.Q4 => Load<FourBitView>(bytes => new(bytes)),
                TensorFormat.Q4K => Load<FourBitSuperView>(bytes => new(bytes)),
                TensorFormat.Q6K => Load<SixBitSuperView>(bytes => new(bytes)),
                _ => throw new UnreachableException(format.ToString()),
            };
            _byFormat.Add(format, launchers);
        }

        return launchers;
    }

    private Launchers Load<TWeights>(Func<ArrayView<byte>, TWeights> view)
        where TWeights : struct, IWeightView
    {
        var vector = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, MatrixSize>(
            MatrixVectorKernel.Run);
        var block = accelerator.LoadStreamKernel<TWeights, ArrayView<float>, ArrayView<float>, MatrixSize>(
            MatrixBlockKernel.Run);
        var embed = accelerator.LoadStreamKernel<TWeights, ArrayView<int>, ArrayView<float>, int>(EmbeddingKernel.Run);
        return new(
            (bytes, x, y, size) =>
                vector(Groups.For(accelerator, (long)size.Rows * size.Vectors), view(bytes), x, y, size),
            (bytes, x, y, size) => block(
                Groups.For(accelerator, (long)size.Rows * (size.Vectors / MatrixBlockKernel.Vectors)), view(bytes), x,
                y, size),
            (bytes, tokens, x, dimension) =>
                embed(Groups.For(accelerator, x.Length), view(bytes), tokens, x, dimension));
    }

    private sealed record Launchers(
        Action<ArrayView<byte>, ArrayView<float>, ArrayView<float>, MatrixSize> Vector,
        Action<ArrayView<byte>, ArrayView<float>, ArrayView<float>, MatrixSize> Block,
        Action<ArrayView<byte>, ArrayView<int>, ArrayView<float>, int> Embed);
}
