using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Agent.Renders;

/// <summary>A scene loaded on the device.</summary>
internal sealed class PreparedScene(Scene scene, ComputeDevice device) : IDisposable
{
    private readonly PathTracer _tracer = new(scene, device);

    public Scene Scene { get; } = scene;

    /// <exception cref="ArgumentException">The tile or the samples are no unit of the picture.</exception>
    public TileSums Trace(RenderView view, Tile tile, SampleRange samples, CancellationToken cancel) =>
        _tracer.Trace(view, tile, samples, cancel);

    public void Dispose() => _tracer.Dispose();
}
