using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// A device's speed on the benchmark scenes and its render score; and for one scene, the effort that a quote says from
/// small pictures beside the effort of the whole picture.
/// </summary>
internal sealed class RenderQuoteSuite : IBenchmarkSuite
{
    private static readonly TimeSpan PassMin = TimeSpan.FromSeconds(0.25);

    public string Name => "render-quote";

    public string Usage => TracedScene.Usage;

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var traced = TracedScene.From(options);
        options.ExpectNoMore();
        var (scene, load) = traced.Read();
        using var device = new HostDevice(traced.Threads);
        using var benchmark = new RenderBenchmark(device, TimeProvider.System);
        using var tracer = new PathTracer(scene, device);
        var results = new List<BenchmarkResult>();

        var readings = benchmark.Measure(PassMin, cancel);
        results.AddRange(readings.Select(
            reading => new BenchmarkResult($"speed.{reading.Scene}", reading.SamplesPerSecond / 1e6, "Msamples/s")));
        results.Add(new("score", RenderScore.OfSpeed(RenderBenchmark.Mean(readings)).Hundredths / 100.0, "of 100"));

        var order = Order(traced);
        var samples = SamplePrice.PixelSamples(order);
        var plan = ProbePlan.Of(order);
        var view = traced.View(scene.Cameras[0]);
        var small = view with { Width = plan.Width, Height = plan.Height };
        tracer.Trace(small, new(0, 0, small.Width, small.Height), new(0, 1), cancel);
        var costs = Costs(benchmark, tracer, small, plan.Samples, ProbePlan.PassesMax, cancel);
        var probe = new RenderProbe([new(1, costs)], plan.Width, plan.Height, plan.Samples, load, load);
        var effort = probe.Effort(samples, 1);

        var rounds = Math.Max(1, traced.Samples / SampleRange.Batch);
        var whole = Costs(benchmark, tracer, view, Math.Min(traced.Samples, SampleRange.Batch), rounds, cancel);
        var measured = RenderEffort.Of(samples, (long)whole.Average());
        results.Add(new("quoted.p50", effort.P50.Micros, "uRU"));
        results.Add(new("quoted.p90", effort.P90.Micros, "uRU"));
        results.Add(new("measured", measured.Micros, "uRU"));
        results.Add(new("measured.of_p50", measured.Micros / (double)effort.P50.Micros, "times"));

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);
    }

    private static long[] Costs(
        RenderBenchmark benchmark, PathTracer tracer, RenderView view, int samples, int passes, CancellationToken cancel) =>
    [
        .. Enumerable.Range(1, passes).Select(pass => (long)Math.Ceiling(RenderEffort.CostOne * benchmark.CostOf(
            tracer, view, new SampleRange(pass * SampleRange.Batch, samples), cancel))),
    ];

    private static RenderOrder Order(TracedScene traced) => new(
        new("scene.glb", [], null),
        traced.Width,
        traced.Height,
        traced.Samples,
        [1],
        24,
        null,
        1,
        8,
        new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.Zero), 0, null, null),
        3_600);
}
