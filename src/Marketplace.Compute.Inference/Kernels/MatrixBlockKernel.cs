using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// y[v, row] = row · x[v] for four vectors a thread, so that a weight is read and decoded once for four tokens of a
/// prompt. Every sum has the order of <see cref="MatrixVectorKernel"/>. The number of vectors is a multiple of four.
/// </summary>
internal static class MatrixBlockKernel
{
    /// <summary>Vectors a thread.</summary>
    public const int Vectors = 4;

    public static void Run<TWeights>(TWeights weights, ArrayView<float> x, ArrayView<float> y, MatrixSize size)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Rows * (size.Vectors / Vectors))
        {
            return;
        }

        var block = thread / size.Rows;
        var row = thread - (block * size.Rows);
        var first = (long)row * size.Columns;
        var x0 = (long)block * Vectors * size.Columns;
        var x1 = x0 + size.Columns;
        var x2 = x1 + size.Columns;
        var x3 = x2 + size.Columns;
        FourSums s0 = default, s1 = default, s2 = default, s3 = default;
        var at = 0;

        for (; at + 4 <= size.Columns; at += 4)
        {
            var four = FourWeights.At(weights, first + at);
            s0 = s0.Plus(four, x, x0 + at);
            s1 = s1.Plus(four, x, x1 + at);
            s2 = s2.Plus(four, x, x2 + at);
            s3 = s3.Plus(four, x, x3 + at);
        }

        var y0 = s0.Total;
        var y1 = s1.Total;
        var y2 = s2.Total;
        var y3 = s3.Total;

        for (; at < size.Columns; at++)
        {
            var weight = weights.At(first + at);
            y0 += weight * x[x0 + at];
            y1 += weight * x[x1 + at];
            y2 += weight * x[x2 + at];
            y3 += weight * x[x3 + at];
        }

        var output = ((long)block * Vectors * size.Rows) + row;
        y[output] = y0;
        y[output + size.Rows] = y1;
        y[output + (2 * size.Rows)] = y2;
        y[output + (3 * size.Rows)] = y3;
    }
}
