using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Traces on the processor's cores, row by row of a tile.</summary>
internal sealed class HostTracer(SceneTables tables, int threads) : IBatchTracer
{
    private readonly PinnedScene _pinned = new(tables);

    public void Trace(ViewConstants view, BatchSpan span, float[] sums, CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, span.Height, options, row => TraceRow(view, span, row, sums));
    }

    public void Dispose() => _pinned.Dispose();

    private unsafe void TraceRow(ViewConstants view, BatchSpan span, int row, float[] sums)
    {
        var scene = new HostScene(_pinned.Table);

        for (var column = 0; column < span.Width; column++)
        {
            var sum = PathIntegrator.SumSamples(
                scene, view, span.X + column, span.Y + row, span.First, span.Count);
            var place = ((row * span.Width) + column) * 3;
            sums[place] = sum.X;
            sums[place + 1] = sum.Y;
            sums[place + 2] = sum.Z;
        }
    }
}
