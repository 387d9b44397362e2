using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;

namespace Marketplace.Agent.Renders;

/// <summary>A scene loaded on the device.</summary>
internal sealed class PreparedScene(Scene scene, ComputeDevice device) : IDisposable
{
    /// <summary>Leaves that a unit may have: they are in memory until the market has taken it.</summary>
    private const int LeavesMax = 64;

    private readonly PathTracer _tracer = new(scene, device);

    public Scene Scene { get; } = scene;

    /// <exception cref="ArgumentException">The tile or the samples are no unit of the picture.</exception>
    public TileSums Trace(RenderView view, Tile tile, SampleRange samples, CancellationToken cancel) =>
        _tracer.Trace(view, tile, samples, cancel);

    /// <summary>The same, with the leaves that it is made of.</summary>
    /// <exception cref="ArgumentException">The tile or the samples are no unit of the picture.</exception>
    public TracedUnit TraceUnit(RenderView view, Tile tile, SampleRange samples, CancellationToken cancel)
    {
        if (!samples.IsAligned || samples.Batches > LeavesMax)
        {
            throw new ArgumentException(
                $"{samples} is no node of the sample tree of at most {LeavesMax} leaves.", nameof(samples));
        }

        var leaves = UnitLeaves.Trace(_tracer, view, tile, samples, cancel);

        return leaves is [var only]
            ? TracedUnit.OfOne(only.ToBytes())
            : new(
                UnitLeaves.Sum(samples, leaves).ToBytes(),
                [.. leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf.ToBytes())]);
    }

    public void Dispose() => _tracer.Dispose();
}
