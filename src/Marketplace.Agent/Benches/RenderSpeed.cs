using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Domain.Renders;

namespace Marketplace.Agent.Benches;

/// <summary>A device's speed on the benchmark scenes, and the score that follows from it.</summary>
internal sealed record RenderSpeed(IReadOnlyList<BenchmarkReading> Scenes, RenderScore Score)
{
    /// <summary>A pass takes this long at least: a fast device is busy, a slow one done in seconds.</summary>
    private static readonly TimeSpan PassMin = TimeSpan.FromSeconds(0.25);

    /// <exception cref="DeviceUnavailableException">It cannot trace.</exception>
    public static RenderSpeed Measure(ComputeDevice device, CancellationToken cancel)
    {
        using var benchmark = new RenderBenchmark(device, TimeProvider.System);
        var scenes = benchmark.Measure(PassMin, cancel);

        return new(scenes, RenderScore.OfSpeed(RenderBenchmark.Mean(scenes)));
    }
}
