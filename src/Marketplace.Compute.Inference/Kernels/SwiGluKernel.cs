using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>gate = silu(gate) * up, one thread an element. Shazeer 2020.</summary>
internal static class SwiGluKernel
{
    public static void Run(ArrayView<float> gate, ArrayView<float> up)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread < gate.IntLength)
        {
            gate[thread] = gate[thread] / (1f + XMath.Exp(-gate[thread])) * up[thread];
        }
    }
}
