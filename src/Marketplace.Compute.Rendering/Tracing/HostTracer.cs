using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Traces on the processor's cores. The workers take row after row, for rows differ in cost.</summary>
internal sealed class HostTracer<TLevels>(SceneTables tables, HostWorkers workers) : IUnitTracer
    where TLevels : struct, ILevels
{
    private readonly PinnedScene _pinned = new(tables);

    public void Trace(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        var next = -1;
        workers.Run(_ =>
        {
            var tree = new SampleTree(tile.Width * 3, samples);
            var batchSums = new float[tile.Width * 3];

            for (var row = Interlocked.Increment(ref next); row < tile.Height; row = Interlocked.Increment(ref next))
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }

                tree.Clear();

                for (var batch = 0; batch < samples.Batches; batch++)
                {
                    TraceRow(view, BatchSpan.Of(tile, samples, batch), row, batchSums);
                    tree.Add(batchSums);
                }

                tree.Total(sums.AsSpan(row * tile.Width * 3, tile.Width * 3));
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    public void TraceOn(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        var span = BatchSpan.Of(tile, samples, 0) with { Onto = 1 };
        var next = -1;
        workers.Run(_ =>
        {
            for (var row = Interlocked.Increment(ref next); row < tile.Height; row = Interlocked.Increment(ref next))
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }

                TraceRow(view, span, row, sums.AsSpan(row * tile.Width * 3, tile.Width * 3));
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    public void TraceFirstHits(
        ViewConstants view, Tile tile, SampleRange samples, float[] sums, CancellationToken cancellation)
    {
        var next = -1;
        workers.Run(_ =>
        {
            for (var row = Interlocked.Increment(ref next); row < tile.Height; row = Interlocked.Increment(ref next))
            {
                if (cancellation.IsCancellationRequested)
                {
                    return;
                }

                FirstHitsOfRow(view, tile, samples, row, sums);
            }
        });
        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _pinned.Dispose();

    private void FirstHitsOfRow(ViewConstants view, Tile tile, SampleRange samples, int row, float[] sums)
    {
        var scene = _pinned.As<TLevels>();

        for (var column = 0; column < tile.Width; column++)
        {
            var place = ((row * tile.Width) + column) * FirstHits.Floats;
            FirstHits.Sum(scene, view, tile.X + column, tile.Y + row, samples.First, samples.Count)
                .CopyTo(sums.AsSpan(place, FirstHits.Floats));
        }
    }

    private void TraceRow(ViewConstants view, BatchSpan span, int row, Span<float> sums)
    {
        var scene = _pinned.As<TLevels>();

        for (var column = 0; column < span.Width; column++)
        {
            var at = column * 3;
            var before = span.Onto == 0 ? default : new Vec3(sums[at], sums[at + 1], sums[at + 2]);
            var sum = PathIntegrator.SumSamples(
                scene, view, span.X + column, span.Y + row, span.First, span.Count, before);
            sums[at] = sum.X;
            sums[at + 1] = sum.Y;
            sums[at + 2] = sum.Z;
        }
    }
}
