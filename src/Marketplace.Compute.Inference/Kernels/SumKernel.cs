using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>y[v, row] = the parts of a product added, times the norm's scale; one thread an element.</summary>
internal static class SumKernel
{
    public static void Run(PartSums sums, NormScale norm, ArrayView<float> y)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= sums.Vectors * sums.Rows)
        {
            return;
        }

        var vector = thread / sums.Rows;
        y[thread] = norm.Of(vector) * sums.Of(vector, thread - (vector * sums.Rows));
    }
}
