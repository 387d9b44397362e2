using System.Diagnostics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// What the frames of a moving scene take before the first ray: read from the files each time, and built from a source
/// that is kept (<see cref="SceneSource"/>).
/// </summary>
internal sealed class MomentSuite : IBenchmarkSuite
{
    private const int FramesDefault = 20;
    private const int FramesMax = 1_000;
    private const float FramesPerSecond = 24f;

    public string Name => "moments";

    public string Usage => "--scene FILE.glb [--clip NAME] [--environment FILE.hdr] [--frames N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var path = options.Text("--scene") ?? throw new FormatException("--scene: expected a .glb");
        var clip = options.Text("--clip");
        var map = options.Text("--environment");
        var frames = options.Number("--frames", FramesDefault, 1, FramesMax);
        options.ExpectNoMore();

        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["scene.glb"] = File.ReadAllBytes(path),
        };
        var environment = map is null ? null : EnvironmentMap.Read(map);
        var light = new SceneOptions { Environment = environment };
        var source = SceneReader.Open("scene.glb", files, light);

        // Once each before the clock runs: the code is compiled.
        _ = source.At(clip, 0f);
        var read = Measure(frames, frame => SceneReader.Read(
            "scene.glb", files, light with { Animation = clip, AnimationSeconds = frame / FramesPerSecond }), cancel);
        var built = Measure(frames, frame => source.At(clip, frame / FramesPerSecond), cancel);

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(
        [
            new("frame.read", read, "cpu-ms"),
            new("frame.from_source", built, "cpu-ms"),
            new("ratio", read / built, "x"),
        ]);
    }

    /// <summary>Processor milliseconds a frame.</summary>
    private static double Measure(int frames, Func<int, Scene> make, CancellationToken cancel)
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
