using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// y = silu(gate) * up, from the sums of a product whose first rows are the gate's and the others up's; one thread an
/// element. Shazeer 2020.
/// </summary>
internal static class SwiGluKernel
{
    public static void Run(PartSums sums, NormScale norm, ArrayView<float> y, int stride)
    {
        var thread = Grid.GlobalIndex.X;
        var width = sums.Rows / 2;

        if (thread >= sums.Vectors * width)
        {
            return;
        }

        var vector = thread / width;
        var row = thread - (vector * width);
        var scale = norm.Of(vector);
        var gate = scale * sums.Of(vector, row);
        var up = scale * sums.Of(vector, width + row);
        y[((long)vector * stride) + row] = gate / (1f + XMath.Exp(-gate)) * up;
    }
}
