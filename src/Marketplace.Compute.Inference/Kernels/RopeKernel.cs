using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Turns the pairs of every head by their position's angle, in place; one thread a pair. Su et al. 2021. Angles come
/// from one table on every device.
/// </summary>
internal static class RopeKernel
{
    public static void Run(ArrayView<float> x, ArrayView<float> cosine, ArrayView<float> sine, RopeSize size)
    {
        var thread = Grid.GlobalIndex.X;

        if (thread >= x.IntLength / 2)
        {
            return;
        }

        var position = size.Position + (2 * thread / size.Width);
        var half = size.HeadSize / 2;
        var pair = thread % half;
        var angle = (position * half) + pair;
        var first = size.Halves == 0 ? 2 * thread : (2 * thread) - pair;
        var second = first + (size.Halves == 0 ? 1 : half);
        var a = x[first];
        var b = x[second];
        x[first] = (a * cosine[angle]) - (b * sine[angle]);
        x[second] = (a * sine[angle]) + (b * cosine[angle]);
    }
}
