using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// The weighted vectors and the squares of the rows whose logits are asked for, one after the other; one thread an
/// element.
/// </summary>
internal static class GatherKernel
{
    public static void Run(
        RowPlan plan, ArrayView<float> weighted, ArrayView<float> squares, ArrayView<float> chosen,
        ArrayView<float> chosenSquares, ResidualSize size)
    {
        var thread = Grid.GlobalIndex.X;
        var width = size.Stride + size.Strips;

        if (thread >= size.Vectors * width)
        {
            return;
        }

        var number = thread / width;
        var element = thread - (number * width);
        var row = plan.Wanted(number);

        if (element < size.Stride)
        {
            chosen[((long)number * size.Stride) + element] = weighted[((long)row * size.Stride) + element];
        }
        else
        {
            element -= size.Stride;
            chosenSquares[(number * size.Strips) + element] = squares[(row * size.Strips) + element];
        }
    }
}
