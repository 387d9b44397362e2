using Marketplace.Compute.Devices;
using Marketplace.Compute.Ilgpu;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>How a device multiplies matrices, found out as when a model is loaded.</summary>
public static class MatrixPaths
{
    /// <summary>Of all forms of storage that have kernels for tensor cores; empty on the processor.</summary>
    public static IReadOnlyList<MatrixPath> Of(ComputeDevice device)
    {
        if (device is not IlgpuDevice ilgpu)
        {
            return [];
        }

        lock (ilgpu.Turn)
        {
            return TensorCheck.Plan(ilgpu, TensorCoreKernels.Of(ilgpu), TensorCheck.Formats).Paths;
        }
    }
}
