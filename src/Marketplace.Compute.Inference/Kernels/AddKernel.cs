using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>x = x + y, one thread an element.</summary>
internal static class AddKernel
{
    public static void Run(ArrayView<float> x, ArrayView<float> y)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread < x.IntLength)
        {
            x[thread] += y[thread];
        }
    }
}
