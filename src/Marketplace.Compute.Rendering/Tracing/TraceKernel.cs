using ILGPU;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>One thread a pixel of a tile: the sums of one batch of samples, three floats a pixel.</summary>
internal static class TraceKernel
{
    public static void Run(Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 1;
        scene.Walls = 0;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.DepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    /// <summary>The same for scenes with instances: code of its own, so that others do not pay for it.</summary>
    public static void RunInstanced(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 2;
        scene.Walls = 0;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.InstancedDepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    /// <summary><see cref="Run"/> for scenes with clear walls.</summary>
    public static void RunWithWalls(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 1;
        scene.Walls = 1;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.DepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    /// <summary><see cref="RunInstanced"/> for scenes with clear walls.</summary>
    public static void RunInstancedWithWalls(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        scene.Levels = 2;
        scene.Walls = 1;
        scene.Stack = LocalMemory.Allocate1D<int>(Traversal.InstancedDepthMax);
        Sum(pixel, scene, view, span, sums);
    }

    private static void Sum(
        Index1D pixel, KernelScene scene, ViewConstants view, BatchSpan span, ArrayView<float> sums)
    {
        var row = pixel.X / span.Width;
        var column = pixel.X - (row * span.Width);
        var at = pixel.X * 3;
        var before = span.Onto == 0 ? new Vec3(0f) : new Vec3(sums[at], sums[at + 1], sums[at + 2]);
        var sum = PathIntegrator.SumSamples(
            scene, view, span.X + column, span.Y + row, span.First, span.Count, before);
        sums[at] = sum.X;
        sums[at + 1] = sum.Y;
        sums[at + 2] = sum.Z;
    }
}
