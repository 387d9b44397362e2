using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Benchmarks;

namespace Marketplace.Host.Renders;

/// <summary>The processor that small pictures are traced on, with the scenes that they are compared with.</summary>
internal sealed class ProbeBench : IDisposable
{
    public ProbeBench(int threads, TimeProvider clock)
    {
        Device = new(threads);
        Benchmark = new(Device, clock);
    }

    public HostDevice Device { get; }

    public RenderBenchmark Benchmark { get; }

    public void Dispose()
    {
        Benchmark.Dispose();
        Device.Dispose();
    }
}
