using ILGPU;
using ILGPU.Algorithms;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>y[t] = x[t] / rms(x[t]) * weight, one thread a vector. Zhang and Sennrich 2019.</summary>
internal static class RmsNormKernel
{
    public static void Run(ArrayView<float> x, ArrayView<float> weight, ArrayView<float> y, float epsilon)
    {
        var vector = Grid.GlobalIndex.X;
        var dimension = weight.IntLength;

        if (vector >= y.IntLength / dimension)
        {
            return;
        }

        var first = vector * dimension;
        float a = 0, b = 0;
        var at = 0;

        for (; at + 2 <= dimension; at += 2)
        {
            a += x[first + at] * x[first + at];
            b += x[first + at + 1] * x[first + at + 1];
        }

        for (; at < dimension; at++)
        {
            a += x[first + at] * x[first + at];
        }

        var scale = 1f / XMath.Sqrt(((a + b) / dimension) + epsilon);

        for (var element = 0; element < dimension; element++)
        {
            y[first + element] = x[first + element] * scale * weight[element];
        }
    }
}
