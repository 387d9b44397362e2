using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>x[t] = x[t] + bias for every vector, one thread an element.</summary>
internal static class BiasKernel
{
    public static void Run(ArrayView<float> x, ArrayView<float> bias)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread < x.IntLength)
        {
            x[thread] += bias[thread % bias.IntLength];
        }
    }
}
