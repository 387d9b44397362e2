using System.Diagnostics;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// What the frames of a moving scene take before the first ray: read from the files each time, and built from a source
/// that is kept (<see cref="SceneSource"/>); and of that the tree over the triangles, beside the tracing of a frame.
/// </summary>
internal sealed class MomentSuite : IBenchmarkSuite
{
    private const int FramesDefault = 20;
    private const int FramesMax = 1_000;
    private const float FramesPerSecond = 24f;

    public string Name => "moments";

    public string Usage =>
        "--scene FILE.glb [--clip NAME] [--environment FILE.hdr] [--frames N] [--width N] [--height N] [--spp N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var path = options.Text("--scene") ?? throw new FormatException("--scene: expected a .glb");
        var clip = options.Text("--clip");
        var map = options.Text("--environment");
        var frames = options.Number("--frames", FramesDefault, 1, FramesMax);
        var width = options.Number("--width", fallback: 640, min: 16, max: 4_096);
        var height = options.Number("--height", fallback: 360, min: 16, max: 4_096);
        var samples = options.Number("--spp", fallback: 64, min: 1, max: 4_096);
        options.ExpectNoMore();

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["scene.glb"] = File.ReadAllBytes(path),
        };
        var environment = map is null ? null : EnvironmentMap.Read(map);
        var light = new SceneOptions { Environment = environment };
        var source = SceneReader.Open("scene.glb", files, light);

        // Once each before the clock runs: the code is compiled.
        _ = source.At(clip, 0f, cancel);
        var read = Measure(frames, frame => SceneReader.Read(
            "scene.glb", files, light with { Animation = clip, AnimationSeconds = frame / FramesPerSecond }), cancel);
        var built = Measure(frames, frame => source.At(clip, frame / FramesPerSecond, cancel), cancel);

        var scene = source.At(clip, 0f, cancel);
        var tree = Measure(frames, _ => TreeBuild.Measure(scene, TimeProvider.System, cancel), cancel);
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView { Width = width, Height = height, Camera = scene.Cameras[0] };
        var traced = Measure(1, _ => tracer.Trace(view, new(0, 0, width, height), new(0, samples), cancel), cancel);

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(
        [
            new("frame.read", read, "cpu-ms"),
            new("frame.from_source", built, "cpu-ms"),
            new("ratio", read / built, "x"),
            new("frame.tree", tree, "cpu-ms"),
            new("frame.traced", traced, "cpu-ms"),
            new("tree.share", 100 * tree / (built + traced), "%"),
        ]);
    }

    /// <summary>Processor milliseconds a frame.</summary>
    private static double Measure<T>(int frames, Func<int, T> make, CancellationToken cancel)
    {
        _ = make(0);
        var before = Process.GetCurrentProcess().TotalProcessorTime;

        for (var frame = 0; frame < frames; frame++)
        {
            cancel.ThrowIfCancellationRequested();
            _ = make(frame);
        }

        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / frames;
    }
}
