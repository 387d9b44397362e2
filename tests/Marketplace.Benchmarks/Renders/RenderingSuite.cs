using System.Diagnostics;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// Speed of one scene on one device: load and tree build, samples a second, rays a second by kind, and the processor
/// seconds that the samples took (compare these on a busy machine).
/// </summary>
internal sealed class RenderingSuite : IBenchmarkSuite
{
    private const int TileSize = 128;

    public string Name => "rendering";

    public string Usage => "[--scene FILE|demo] [--environment FILE.hdr] [--width N] [--height N] [--spp N] [--threads N] "
        + "[--device D] [--azimuth DEG] [--elevation DEG] [--png FILE]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var path = options.Text("--scene") ?? "demo";
        var environment = options.Text("--environment");
        var width = options.Number("--width", 640, 1, RenderView.SizeMax);
        var height = options.Number("--height", 360, 1, RenderView.SizeMax);
        var samples = options.Number("--spp", 64, 1, SampleRange.SamplesMax);
        var threads = options.Number("--threads", Environment.ProcessorCount, 1, HostWorkers.ThreadsMax);
        var choice = DeviceChoice.Parse(options.Text("--device") ?? "host");
        var azimuth = options.Number("--azimuth", -1, 0, 359);
        var elevation = options.Number("--elevation", 15, 0, 89);
        var png = options.Text("--png");
        options.ExpectNoMore();

        var bytes = path == "demo" ? ProceduralScene.ToGlb() : null;
        var light = environment is null ? null : EnvironmentMap.Read(environment);
        var sceneOptions = new SceneOptions { Environment = light };
        var watch = Stopwatch.StartNew();
        var scene = bytes is null ? SceneReader.Read(path, sceneOptions) : SceneReader.Read(bytes, sceneOptions);
        var load = watch.Elapsed;
        using var device = ComputeDevice.Open(choice, threads);
        watch.Restart();
        using var tracer = new PathTracer(scene, device);
        var upload = watch.Elapsed;
        var view = new RenderView
        {
            Width = width,
            Height = height,
            Camera = azimuth < 0 ? scene.Cameras[0] : Camera.Orbit(scene.Low, scene.High, azimuth, elevation),
            Seed = 1,
            IndirectMax = 0f,
        };

        var results = new List<BenchmarkResult>
        {
            new("load", load.TotalSeconds, "s"),
            new("build", RayRun.MeasureBuild(scene).TotalSeconds, "s"),
            new("upload", upload.TotalSeconds, "s"),
            new("triangles", scene.Facts.Triangles, "triangles"),
        };
        results.AddRange(Samples(tracer, view, samples, png, cancel));
        results.AddRange(RayRun.Measure(scene, view, threads));

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
