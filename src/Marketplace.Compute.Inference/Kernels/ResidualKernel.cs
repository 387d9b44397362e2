using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// x = x + what a product gave, and what the next norm needs of it: x times the norm's weights, and sums of squares, of
/// each strip of elements; one thread a strip.
/// </summary>
internal static class ResidualKernel
{
    public static void Run(
        PartSums sums, ArrayView<float> x, ArrayView<float> weight, ArrayView<float> weighted,
        ArrayView<float> squares, ResidualSize size)
    {
        var thread = Grid.GlobalIndex.X;
        var strips = size.Strips;

        if (thread >= size.Vectors * strips)
        {
            return;
        }

        var vector = thread / strips;
        var first = (long)vector * size.Dimension;
        var output = (long)vector * size.Stride;
        var square = 0f;

        for (var element = thread - (vector * strips); element < size.Dimension; element += strips)
        {
            var value = x[first + element] + sums.Of(vector, element);
            x[first + element] = value;
            weighted[output + element] = value * weight[element];
            square += value * value;
        }

        squares[thread] = square;
    }
}
