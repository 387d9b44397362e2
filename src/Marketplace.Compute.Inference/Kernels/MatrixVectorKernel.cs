using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// y[v, row] = row · x[v], one thread a pair. Four accumulators over every fourth column, joined as (0 + 1) + (2 + 3),
/// then the columns left over: the order of <see cref="MatrixBlockKernel"/>.
/// </summary>
internal static class MatrixVectorKernel
{
    public static void Run<TWeights>(TWeights weights, ArrayView<float> x, ArrayView<float> y, MatrixSize size)
        where TWeights : struct, IWeightView
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= size.Rows * size.Vectors)
        {
            return;
        }

        var vector = thread / size.Rows;
        var row = thread - (vector * size.Rows);
        var first = (long)row * size.Columns;
        var input = (long)vector * size.Columns;
        var sums = default(FourSums);
        var column = 0;

        for (; column + 4 <= size.Columns; column += 4)
        {
            sums = sums.Plus(FourWeights.At(weights, first + column), x, input + column);
        }

        var sum = sums.Total;

        for (; column < size.Columns; column++)
        {
            sum += weights.At(first + column) * x[input + column];
        }

        y[((long)vector * size.Rows) + row] = sum;
    }
}
