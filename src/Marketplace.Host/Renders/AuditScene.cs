using System.Security.Cryptography;
using System.Text;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Renders;

namespace Marketplace.Host.Renders;

/// <summary>A scene that is ready to be traced on this machine, as the rigs see it.</summary>
internal sealed class AuditScene : IDisposable
{
    private AuditScene(Scene scene, HostDevice device)
    {
        Scene = scene;
        Tracer = new(scene, device);
    }

    public PathTracer Tracer { get; }

    public Scene Scene { get; }

    /// <summary>The files, and of a moving scene its moment.</summary>
    public static string KeyOf(RenderOrder order, int frame)
    {
        var text = new StringBuilder();
        text.Append(order.Scene.Root).Append('\0').Append(order.Scene.Environment).Append('\0');

        if (order.Animation is { } clip)
        {
            text.Append(clip).Append('\0').Append(frame).Append('/').Append(order.FramesPerSecond).Append('\0');
        }

        foreach (var file in order.Scene.Files)
        {
            text.Append(file.Path).Append('\0').Append(file.Sha256).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <exception cref="SceneFormatException">It cannot be read.</exception>
    public static AuditScene Open(
        RenderOrder order, int frame, Dictionary<string, ReadOnlyMemory<byte>> files, HostDevice device)
    {
        var options = new SceneOptions
        {
            Environment = order.Scene.Environment is { } path ? EnvironmentMap.Read(files[path].Span) : null,
            Animation = order.Animation,
            AnimationSeconds = (float)frame / order.FramesPerSecond,
        };

        return new(SceneReader.Read(order.Scene.Root, files, options), device);
    }

    /// <summary>What the order's samples depend on; null where the scene has no such camera.</summary>
    public RenderView? ViewOf(RenderOrder order, int frame) =>
        Scene.Cameras.ElementAtOrDefault(order.Camera ?? 0) is { } camera ? new()
        {
            Width = order.Width,
            Height = order.Height,
            Camera = camera,
            Seed = order.Seed,
            Frame = frame,
            MaxBounces = order.MaxBounces,
        }
        : null;

    public void Dispose() => Tracer.Dispose();
}
