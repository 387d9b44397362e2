using Marketplace.Agent.Cache;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Loading;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Domain.Renders;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Renders;

/// <summary>
/// Traces units of the market's scenes: files by hash from the cache, scenes kept on the device between units, and the
/// parsed files of a moving scene between its frames.
/// </summary>
internal sealed partial class SceneUnitTracer(
    ContentCache cache,
    KeptLoaded<PreparedScene> scenes,
    ComputeDevice device,
    TimeProvider time,
    ILogger<SceneUnitTracer> log) : IUnitTracer
{
    private const int FilesMax = 1_000;

    /// <summary>Stands between the name of a scene and its moment.</summary>
    private const char MomentMark = '/';

    private readonly SceneSources _sources = new();

    /// <summary>Raised when a scene was loaded.</summary>
    public event Action? SceneLoaded;

    /// <summary>Names of the scenes in memory, whole or in one of their moments.</summary>
    public IReadOnlyList<string> Loaded =>
        [.. scenes.Loaded.Select(key => key.Split(MomentMark)[0]).Distinct(StringComparer.Ordinal)];

    public async Task<TracedUnit> Trace(UnitOrderMessage order, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var isNew = false;
        using var loan = await scenes.Borrow(
            KeyOf(order),
            token =>
            {
                isNew = true;
                return Load(order, token);
            },
            cancel);

        if (isNew)
        {
            IsLoaded(FilesOf(order), order.Frame, time.GetElapsedTime(began).TotalSeconds);
            SceneLoaded?.Invoke();
        }

        began = time.GetTimestamp();
        var traced = await Task.Factory.StartNew(
            () => Trace(loan.Thing, order, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var samples = (long)order.Width * order.Height * order.Samples;
        IsTraced(order.Frame, samples, time.GetElapsedTime(began).TotalSeconds);

        return traced;
    }

    private static TracedUnit Trace(PreparedScene prepared, UnitOrderMessage order, CancellationToken cancel)
    {
        var view = new RenderView
        {
            Width = order.ImageWidth,
            Height = order.ImageHeight,
            Camera = UnitCamera.Of(order, prepared.Scene),
            Seed = order.Seed,
            Frame = order.Frame,
            MaxBounces = order.MaxBounces,
            IndirectMax = order.IndirectMax,
        };

        try
        {
            var tile = new Tile(order.X, order.Y, order.Width, order.Height);

            return prepared.TraceUnit(view, tile, new SampleRange(order.FirstSample, order.Samples), cancel);
        }
        catch (ArgumentException fault)
        {
            throw new WorkFault(WorkFault.Unsupported, fault.Message, true, fault);
        }
    }

    private async Task<PreparedScene> Load(UnitOrderMessage order, CancellationToken cancel)
    {
        try
        {
            var source = await _sources.Get(
                FilesOf(order), order.Animation is not null, token => Open(order, token), cancel);

            return new PreparedScene(source.At(order.Animation, SecondsOf(order), cancel), device);
        }
        catch (SceneFormatException fault)
        {
            // The hashes are right, so every rig would find the same.
            throw new WorkFault(WorkFault.SceneCorrupt, fault.Message, true, fault);
        }
        catch (InvalidDataException fault)
        {
            throw new WorkFault(WorkFault.SceneCorrupt, fault.Message, false, fault);
        }
    }

    private async Task<SceneSource> Open(UnitOrderMessage order, CancellationToken cancel)
    {
        var files = await Fetch(order, cancel);
        var options = new SceneOptions
        {
            Environment = order.Environment is { } name ? EnvironmentMap.Read(FileOf(files, name).Span) : null,
            EnvironmentTurns = order.EnvironmentLight?.Turns ?? 0f,
            EnvironmentExposure = order.EnvironmentLight?.Factor ?? 1f,
            Cancellation = cancel,
        };

        return SceneReader.Open(order.Root, files, options);
    }

    /// <summary>
    /// The manifest in memory. The reader finds files by the manifest's paths and by nothing else: no path of an order
    /// ever touches the disk.
    /// </summary>
    private async Task<Dictionary<string, ReadOnlyMemory<byte>>> Fetch(UnitOrderMessage order, CancellationToken cancel)
    {
        var bytesMax = SceneLimits.Default.BytesMax;

        if (order.Files.Length > FilesMax || order.Files.Any(file => file.Bytes < 0 || file.Bytes > bytesMax)
            || order.Files.Sum(file => file.Bytes) > bytesMax)
        {
            throw new WorkFault(
                WorkFault.Unsupported, $"the scene has over {FilesMax} files or {bytesMax} bytes", true);
        }

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

        foreach (var file in order.Files)
        {
            using var cached = await cache.Get(file.Sha256, file.Bytes, cancel);

            if (!files.TryAdd(file.Path, await File.ReadAllBytesAsync(cached.FilePath, cancel)))
            {
                throw new WorkFault(WorkFault.SceneCorrupt, $"the scene names '{file.Path}' twice", true);
            }
        }

        return files;
    }

    private static ReadOnlyMemory<byte> FileOf(Dictionary<string, ReadOnlyMemory<byte>> files, string name) =>
        files.TryGetValue(name, out var bytes)
            ? bytes
            : throw new WorkFault(
                WorkFault.SceneCorrupt, $"the environment '{name}' is not among the scene's files", true);

    private static float SecondsOf(UnitOrderMessage order) => (float)order.Frame / order.FramesPerSecond;

    /// <summary>The files, and of a moving scene its moment.</summary>
    private static string KeyOf(UnitOrderMessage order) => order.Animation is { } clip
        ? $"{FilesOf(order)}{MomentMark}{clip}{MomentMark}{order.Frame}{MomentMark}{order.FramesPerSecond}"
        : FilesOf(order);

    /// <summary>The files and how their environment stands: what all moments have in common.</summary>
    private static string FilesOf(UnitOrderMessage order) => SceneContent.IdOf(
        order.Root,
        order.Environment,
        order.EnvironmentLight is { } light ? new(light.Turns, light.Factor) : null,
        order.Files.Select(file => (file.Path, file.Sha256)));

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Scene {Scene} is loaded: frame {Frame} in {Seconds:F3} s.")]
    private partial void IsLoaded(string scene, int frame, double seconds);

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Frame {Frame}: {Samples} samples traced in {Seconds:F3} s.")]
    private partial void IsTraced(int frame, long samples, double seconds);
}
