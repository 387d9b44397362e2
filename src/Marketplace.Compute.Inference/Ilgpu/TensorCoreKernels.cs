using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>The kernels for the tensor cores of an NVIDIA GPU.</summary>
internal sealed class TensorCoreKernels(CudaAccelerator accelerator) : ITensorKernels
{
    /// <summary>Those of a device; null, and why, where products have to do without.</summary>
    public static (ITensorKernels? Kernels, string Why) Of(IlgpuDevice device) => device switch
    {
        { IsWithoutTensorCores: true } => (null, "switched off"),
        { Facts.HasTensorCores: true, Accelerator: CudaAccelerator cuda } => (new TensorCoreKernels(cuda), ""),
        { Accelerator: CudaAccelerator } => (null, $"{device.Facts.Name} is older than compute capability 8.0"),
        _ => (null, "this is no NVIDIA GPU"),
    };

    public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Product<TWeights>()
        where TWeights : struct, IHalfWeights =>
        accelerator.LoadStreamKernel<TWeights, SplitVectors, ArrayView<float>, ProductSize>(
            TensorProductKernel.Run<TensorCores, TWeights>);

    public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Block<TWeights>()
        where TWeights : struct, IHalfWeights =>
        accelerator.LoadStreamKernel<TWeights, SplitVectors, ArrayView<float>, ProductSize>(
            TensorBlockKernel.Run<TensorCores, TWeights>);
}
