using System.Diagnostics;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// Speed of one scene on one device: load and tree build, samples a second, and the processor seconds that the samples
/// took (compare these on a busy machine); of the Host also rays a second by kind.
/// </summary>
internal sealed class RenderingSuite : IBenchmarkSuite
{
    private const int TileSize = 128;

    public string Name => "rendering";

    public string Usage => $"{TracedScene.Usage} {TracedScene.CameraUsage} [--png FILE]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var traced = TracedScene.From(options);
        var png = options.Text("--png");
        options.ExpectNoMore();

        var (scene, load) = traced.Read();
        using var device = traced.Open();
        var watch = Stopwatch.StartNew();
        using var tracer = new PathTracer(scene, device);
        var upload = watch.Elapsed;
        var view = traced.View(traced.CameraOf(scene));

        var results = new List<BenchmarkResult>
        {
            new("load", load.TotalSeconds, "s"),
            new("build", RayRun.MeasureBuild(scene).TotalSeconds, "s"),
            new("upload", upload.TotalSeconds, "s"),
            new("triangles", scene.Facts.Triangles, "triangles"),
            new("memory", scene.Facts.MemoryBytes, "bytes"),
        };
        results.AddRange(Samples(tracer, view, traced.Samples, png, cancel));

        if (device is HostDevice)
        {
            // They are cast by the Host's own code: beside another device's samples they would pass for its own.
            results.AddRange(RayRun.Measure(scene, view, traced.Threads));
        }

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);
    }

    private static IEnumerable<BenchmarkResult> Samples(
        PathTracer tracer, RenderView view, int samples, string? png, CancellationToken cancel)
    {
        // One pass over the whole picture: the code is compiled, the scene is in the caches.
        Render(tracer, view, 1, cancel);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var film = Render(tracer, view, samples, cancel);
        var wall = watch.Elapsed.TotalSeconds;
        var processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
        var total = (double)view.Width * view.Height * samples;

        if (png is not null)
        {
            File.WriteAllBytes(png, film.ToPng(ToneMap.PbrNeutral));
        }

        yield return new("samples", total / wall, "samples/s");
        yield return new("samples.per_cpu_second", total / processor, "samples/cpu-s");
        yield return new("cpu_seconds", processor, "s");
        yield return new("wall_seconds", wall, "s");
    }

    private static FrameFilm Render(PathTracer tracer, RenderView view, int samples, CancellationToken cancel)
    {
        var film = new FrameFilm(view.Width, view.Height, samples, view.Frame, view.Seed);

        foreach (var tile in Tile.Cut(view.Width, view.Height, TileSize))
        {
            film.Add(tracer.Trace(view, tile, new SampleRange(0, samples), cancel));
        }

        return film;
    }
}
