using Marketplace.Compute.Host;
using Marketplace.Compute.Loading;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// What the pixels of a frame show apart from the light. The platform traces these rays itself when it puts the frame
/// together: one ray a sample, so there is nothing to deliver and nothing to check.
/// </summary>
internal sealed class FirstHitPass : IDisposable
{
    /// <summary>Rays of a frame at most; a picture of up to 4 megapixels gets all <see cref="SamplesMax"/>.</summary>
    private const long RaysMax = 1L << 26;

    /// <summary>The first samples of a pixel: more say little new about a first hit.</summary>
    private const int SamplesMax = 16;

    private const int TileEdge = 128;
    private const int WaitingMax = 64;
    private const int ScenesMax = 1;

    private readonly IBlobStore _blobs;
    private readonly TimeProvider _clock;
    private readonly HostDevice _device;
    private readonly KeptLoaded<AuditScene> _scenes = new(ScenesMax, shared: true);
    private readonly SceneSources _sources = new();
    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);

    public FirstHitPass(IBlobStore blobs, IOptions<VerificationOptions> options, TimeProvider clock)
    {
        (_blobs, _clock) = (blobs, clock);
        _device = new(options.Value.AuditThreads);
    }

    /// <summary>Samples a pixel that the first hits of an order get; never more than the order's own.</summary>
    public static int SamplesOf(RenderOrder order) =>
        (int)Math.Clamp(RaysMax / ((long)order.Width * order.Height), 1, Math.Min(order.Samples, SamplesMax));

    /// <summary>Adds the frame's first hits to the film.</summary>
    /// <exception cref="FileNotFoundException">A file of the scene is gone.</exception>
    /// <exception cref="SceneFormatException">The scene cannot be read.</exception>
    /// <exception cref="TimeoutException">Too many frames wait for theirs.</exception>
    public Task<bool> Trace(RenderOrder order, int frame, AovFilm film, CancellationToken cancel) =>
        _queue.Run(() => TraceNow(order, frame, film, cancel), cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _scenes.Dispose();
        _device.Dispose();
    }

    private async Task<bool> TraceNow(RenderOrder order, int frame, AovFilm film, CancellationToken cancel)
    {
        using var loan = await _scenes.Borrow(
            AuditScene.KeyOf(order, frame), token => Load(order, frame, token), cancel);

        if (loan.Thing.ViewOf(order, frame) is not { } view)
        {
            throw new SceneFormatException($"The scene has no camera {order.Camera}.");
        }

        foreach (var tile in Tile.Cut(order.Width, order.Height, TileEdge))
        {
            film.Add(loan.Thing.Tracer.TraceAovs(view, tile, SamplesOf(order), cancel));
        }

        return true;
    }

    private Task<AuditScene> Load(RenderOrder order, int frame, CancellationToken cancel) => AuditScene.Load(
        order,
        frame,
        _sources,
        token => SceneFiles.Read(_blobs, order.Scene, SceneLimits.Default.BytesMax, token),
        _device,
        _clock,
        cancel);
}
