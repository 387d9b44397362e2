using ILGPU;
using Marketplace.Compute.Rendering.Bvh;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>One thread a pixel of a tile: <see cref="FirstHits"/> of all its samples.</summary>
internal static class FirstHitKernel
{
    public static void Run(Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 1;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.DepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    /// <summary>The same for scenes with instances: code of its own, so that others do not pay for it.</summary>
    public static void RunInstanced(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 2;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.InstancedDepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    private static void Sum(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        var row = pixel.X / span.Width;
        var column = pixel.X - (row * span.Width);
        var sum = FirstHits.Sum(scene, view, span.X + column, span.Y + row, span.First, span.Count);
        var place = pixel.X * FirstHits.Floats;
        sums[place] = sum.Albedo.X;
        sums[place + 1] = sum.Albedo.Y;
        sums[place + 2] = sum.Albedo.Z;
        sums[place + 3] = sum.Normal.X;
        sums[place + 4] = sum.Normal.Y;
        sums[place + 5] = sum.Normal.Z;
        sums[place + 6] = sum.Depth;
        sums[place + 7] = sum.Hits;
        sums[place + 8] = sum.Part;
    }
}
