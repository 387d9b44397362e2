using ILGPU;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>Where products on a matrix unit are started: a GPU, or what plays one in tests.</summary>
internal interface ITensorKernels
{
    /// <summary><see cref="TensorProductKernel"/> for one form of storage.</summary>
    Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Product<TWeights>()
        where TWeights : struct, IHalfWeights;

    /// <summary><see cref="TensorBlockKernel"/> for one form of storage.</summary>
    Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Block<TWeights>()
        where TWeights : struct, IHalfWeights;
}
