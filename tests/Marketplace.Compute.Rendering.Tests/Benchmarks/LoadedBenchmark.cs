using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Benchmarks;

namespace Marketplace.Compute.Rendering.Tests.Benchmarks;

/// <summary>The benchmark's scenes, made once and loaded once: making them takes longer than tracing them.</summary>
public sealed class LoadedBenchmark : IDisposable
{
    public LoadedBenchmark() => Benchmark = new RenderBenchmark(Device, TimeProvider.System);

    public HostDevice Device { get; } = new(2);

    public RenderBenchmark Benchmark { get; }

    public IReadOnlyList<(string Name, byte[] Glb)> Scenes { get; } = BenchmarkScenes.All();

    public void Dispose()
    {
        Benchmark.Dispose();
        Device.Dispose();
    }
}
