using ILGPU;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Kernels;

namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>The kernels for tensor cores on a unit that is played; the device's memory has to be the processor's.</summary>
internal sealed class EmulatedKernels(MatrixAdder adder) : ITensorKernels
{
    /// <summary>Products started for eight vectors, and for 32.</summary>
    public (int Few, int Many) Started { get; private set; }

    public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Product<TWeights>()
        where TWeights : struct, IHalfWeights => (config, weights, x, sums, size) =>
        {
            Started = (Started.Few + 1, Started.Many);
            Run(config, thread => TensorProductKernel.Lane<EmulatedUnit, TWeights>(thread, weights, x, sums, size));
        };

    public Action<KernelConfig, TWeights, SplitVectors, ArrayView<float>, ProductSize> Block<TWeights>()
        where TWeights : struct, IHalfWeights => (config, weights, x, sums, size) =>
        {
            Started = (Started.Few, Started.Many + 1);
            Run(config, thread => TensorBlockKernel.Lane<EmulatedUnit, TWeights>(thread, weights, x, sums, size));
        };

    private void Run(KernelConfig config, Action<int> thread)
    {
        var threads = config.GridDim.X * config.GroupDim.X;
        Parallel.For(0, (threads + WarpMma.Lanes - 1) / WarpMma.Lanes, warp =>
            EmulatedUnit.Run(adder, lane => thread((warp * WarpMma.Lanes) + lane)));
    }
}
