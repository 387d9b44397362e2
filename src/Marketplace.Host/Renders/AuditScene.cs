using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Renders;

namespace Marketplace.Host.Renders;

/// <summary>A scene that is ready to be traced on this machine, as the rigs see it.</summary>
internal sealed class AuditScene : IDisposable
{
    /// <summary>For so long a scene may be read, be it uploaded or ordered, once it is its turn.</summary>
    internal static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(2);

    private AuditScene(Scene scene, HostDevice device)
    {
        Scene = scene;
        Tracer = new(scene, device);
    }

    public PathTracer Tracer { get; }

    public Scene Scene { get; }

    /// <summary>The files, and of a moving scene its moment.</summary>
    public static string KeyOf(RenderOrder order, int frame) => order.Animation is { } clip
        ? $"{SceneContent.IdOf(order)}/{clip}/{frame}/{order.FramesPerSecond}"
        : SceneContent.IdOf(order);

    /// <exception cref="SceneFormatException">It cannot be read, or not within <see cref="TimeMax"/>.</exception>
    /// <exception cref="FileNotFoundException">A file is gone, or there are more bytes than allowed.</exception>
    public static async Task<AuditScene> Load(
        RenderOrder order,
        int frame,
        SceneSources sources,
        Func<CancellationToken, Task<(Dictionary<string, ReadOnlyMemory<byte>> Files, string? Why)>> read,
        HostDevice device,
        TimeProvider clock,
        CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TimeMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);

        try
        {
            var source = await sources.Get(
                SceneContent.IdOf(order),
                order.Animation is not null,
                async token => await read(token) is var (files, why) && why is null
                    ? SourceOf(order, files, token)
                    : throw new FileNotFoundException(why),
                either.Token);

            return At(source, order, frame, device, either.Token);
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new SceneFormatException($"it was not read within {TimeMax.TotalSeconds:0} seconds", late);
        }
    }

    /// <summary>The parsed files, of which every moment of the order can be had.</summary>
    /// <exception cref="SceneFormatException">They cannot be read.</exception>
    public static SceneSource SourceOf(
        RenderOrder order, Dictionary<string, ReadOnlyMemory<byte>> files, CancellationToken cancel) =>
        SceneReader.Open(order.Scene.Root, files, OptionsOf(order, files) with { Cancellation = cancel });

    /// <summary>The scene as a frame of the order shows it.</summary>
    public static AuditScene At(
        SceneSource source, RenderOrder order, int frame, HostDevice device, CancellationToken cancel) =>
        new(source.At(order.Animation, (float)frame / order.FramesPerSecond, cancel), device);

    /// <summary>What the order's samples depend on; null where the scene has no such camera.</summary>
    public RenderView? ViewOf(RenderOrder order, int frame) =>
        (Given(order.Settings?.Camera) ?? Scene.Cameras.ElementAtOrDefault(order.Camera ?? 0)) is { } camera ? new()
        {
            Width = order.Width,
            Height = order.Height,
            Camera = camera,
            Seed = order.Seed,
            Frame = frame,
            MaxBounces = order.MaxBounces,
            IndirectMax = order.IndirectMax(),
        }
        : null;

    private static SceneOptions OptionsOf(RenderOrder order, Dictionary<string, ReadOnlyMemory<byte>> files) => new()
    {
        Environment = order.Scene.Environment is { } path ? EnvironmentMap.Read(files[path].Span) : null,
        EnvironmentTurns = order.Settings?.Environment?.Turns ?? 0f,
        EnvironmentExposure = order.Settings?.Environment?.Factor ?? 1f,
    };

    private static Camera? Given(GivenCamera? camera) => camera is null ? null : new()
    {
        Name = "given",
        Position = ToVec3(camera.Position),
        Target = ToVec3(camera.Target),
        Up = ToVec3(camera.Up),
        VerticalFovDegrees = camera.VerticalFov,
    };

    private static Vec3 ToVec3(IReadOnlyList<float> values) => new(values[0], values[1], values[2]);

    public void Dispose() => Tracer.Dispose();
}
