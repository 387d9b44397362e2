using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Turns neighbouring pairs of every head by their position's angle, in place; one thread a pair. Su et al. 2021,
/// interleaved pairs. Angles come from one table on every device.
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
        var angle = (position * (size.HeadSize / 2)) + (thread % (size.HeadSize / 2));
        var a = x[2 * thread];
        var b = x[(2 * thread) + 1];
        x[2 * thread] = (a * cosine[angle]) - (b * sine[angle]);
        x[(2 * thread) + 1] = (a * sine[angle]) + (b * cosine[angle]);
    }
}
