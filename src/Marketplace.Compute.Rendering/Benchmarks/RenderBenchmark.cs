using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Benchmarks;

/// <summary>
/// The benchmark scenes, loaded on a device. The geometric mean of the speeds on them is what devices are compared by,
/// and the cost of other scenes is compared with. The device must outlive it.
/// </summary>
public sealed class RenderBenchmark : IDisposable
{
    /// <summary>Which scenes and settings; speeds of different versions do not compare.</summary>
    public const int Version = 1;

    /// <summary>Edge of the picture in pixels: a tile, as units of work have it.</summary>
    private const int Edge = 128;

    /// <summary>Edge of the yardstick's pictures: some tens of milliseconds a pass on a processor.</summary>
    private const int GlanceEdge = 48;

    /// <summary>Most samples a pixel of one pass: a fast device gets more until it is busy for a while.</summary>
    private const int SamplesMax = 4_096;

    private const int MaxBounces = 8;

    private readonly List<(string Name, Scene Scene, PathTracer Tracer)> _scenes = [];
    private readonly TimeProvider _clock;

    public RenderBenchmark(ComputeDevice device, TimeProvider clock)
    {
        _clock = clock;

        foreach (var (name, glb) in BenchmarkScenes.All())
        {
            var scene = SceneReader.Read(glb);
            _scenes.Add((name, scene, new PathTracer(scene, device)));
        }
    }

    /// <summary>n-th root of the product of the speeds.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not above zero.</exception>
    public static double Mean(IReadOnlyCollection<BenchmarkReading> readings)
    {
        if (readings.Count == 0 || readings.Any(reading => !(reading.SamplesPerSecond > 0)))
        {
            throw new ArgumentException("Speeds above zero are needed.", nameof(readings));
        }

        return Math.Exp(readings.Average(reading => Math.Log(reading.SamplesPerSecond)));
    }

    /// <summary>
    /// The speed on each scene. The number of samples is doubled until a pass takes <paramref name="atLeast"/>, so that
    /// neither the start of the code nor a fast device's idling counts.
    /// </summary>
    public IReadOnlyList<BenchmarkReading> Measure(TimeSpan atLeast, CancellationToken cancel) =>
        Measure(atLeast, Edge, cancel);

    /// <summary>The same on pictures of another size, for tests.</summary>
    internal IReadOnlyList<BenchmarkReading> Measure(TimeSpan atLeast, int edge, CancellationToken cancel)
    {
        var readings = new List<BenchmarkReading>();

        foreach (var (name, scene, tracer) in _scenes)
        {
            // The first pass pays for compiling.
            Pass(scene, tracer, GlanceEdge, SampleRange.Batch, cancel);
            var samples = SampleRange.Batch;
            var took = Pass(scene, tracer, edge, samples, cancel);

            while (took < atLeast && samples < SamplesMax)
            {
                samples *= 2;
                took = Pass(scene, tracer, edge, samples, cancel);
            }

            readings.Add(new(name, (double)edge * edge * samples / took.TotalSeconds));
        }

        return readings;
    }

    /// <summary>
    /// How many times longer a pixel sample of a picture takes than one of the benchmark, which is traced just before:
    /// a machine that is busy is so for both. Neither the device's speed nor its threads are in it.
    /// </summary>
    /// <param name="tracer">The picture's scene on the same device, warm.</param>
    /// <param name="view">The picture, of at most <see cref="TileSums.PixelsMax"/> pixels.</param>
    /// <param name="samples">A node of the sample tree.</param>
    /// <param name="cancel">Ends it.</param>
    public double CostOf(PathTracer tracer, RenderView view, SampleRange samples, CancellationToken cancel)
    {
        var yardstick = Glance(cancel);
        var started = _clock.GetTimestamp();
        tracer.Trace(view, new Tile(0, 0, view.Width, view.Height), samples, cancel);
        var took = _clock.GetElapsedTime(started).TotalSeconds;

        return took * yardstick / ((double)view.Width * view.Height * samples.Count);
    }

    public void Dispose()
    {
        foreach (var (_, _, tracer) in _scenes)
        {
            tracer.Dispose();
        }
    }

    /// <summary>The mean speed by one short pass over small pictures.</summary>
    private double Glance(CancellationToken cancel) => Mean(
    [
        .. _scenes.Select(scene => new BenchmarkReading(
            scene.Name,
            (double)GlanceEdge * GlanceEdge * SampleRange.Batch
                / Pass(scene.Scene, scene.Tracer, GlanceEdge, SampleRange.Batch, cancel).TotalSeconds)),
    ]);

    private TimeSpan Pass(Scene scene, PathTracer tracer, int edge, int samples, CancellationToken cancel)
    {
        var view = new RenderView
        {
            Width = edge,
            Height = edge,
            Camera = scene.Cameras[0],
            Seed = Version,
            MaxBounces = MaxBounces,
        };
        var started = _clock.GetTimestamp();
        tracer.Trace(view, new Tile(0, 0, edge, edge), new SampleRange(0, samples), cancel);
        var took = _clock.GetElapsedTime(started);

        // A clock that stood still would make a speed without end.
        return took > TimeSpan.Zero ? took : TimeSpan.FromTicks(1);
    }
}
