using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>A scene loaded on a device. Keep it between units of work: loading is the slow part.</summary>
public sealed class PathTracer : IDisposable
{
    private readonly IBatchTracer _tracer;

    internal PathTracer(IBatchTracer tracer) => _tracer = tracer;

    /// <summary>A tracer on this machine's cores.</summary>
    public static PathTracer OnHost(Scene scene, int threads) => new(new HostTracer(scene.Tables, threads));

    /// <summary>
    /// Renders one unit of work. The same scene, view, tile and samples give the same sums, whatever was rendered
    /// before and however many threads there are.
    /// </summary>
    /// <exception cref="ArgumentException">The tile is not in the picture, or the samples are no node of the tree.</exception>
    public TileSums Trace(RenderView view, Tile tile, SampleRange samples, CancellationToken cancellation)
    {
        if (!tile.FitsIn(view.Width, view.Height) || (long)tile.Width * tile.Height > TileSums.PixelsMax)
        {
            throw new ArgumentException($"{tile} is not in a picture of {view.Width} x {view.Height}.", nameof(tile));
        }

        if (!samples.IsAligned)
        {
            throw new ArgumentException($"{samples} is no node of the sample tree.", nameof(samples));
        }

        var constants = view.ToConstants();
        var levels = new float[samples.Level + 1][];

        for (var batch = 0; batch < samples.Batches; batch++)
        {
            var sums = new float[tile.Pixels * 3];
            var first = samples.First + (batch * SampleRange.Batch);
            _tracer.Trace(constants, SpanOf(tile, first, samples), sums, cancellation);
            Carry(levels, batch, sums);
        }

        return new TileSums(tile, samples, view.Frame, view.Seed, Rest(levels, samples.Batches));
    }

    public void Dispose() => _tracer.Dispose();

    private static BatchSpan SpanOf(Tile tile, int first, SampleRange samples) => new()
    {
        X = tile.X,
        Y = tile.Y,
        Width = tile.Width,
        Height = tile.Height,
        First = first,
        Count = Math.Min(SampleRange.Batch, samples.First + samples.Count - first),
    };

    /// <summary>Adds a batch as one adds 1 to a binary number: two equal levels make one of the next.</summary>
    private static void Carry(float[][] levels, int batch, float[] sums)
    {
        var level = 0;

        for (; (batch & (1 << level)) != 0; level++)
        {
            sums = Add(levels[level], sums);
        }

        levels[level] = sums;
    }

    /// <summary>Joins what is left over when the batches are no power of two, from the end, as the tree does.</summary>
    private static float[] Rest(float[][] levels, int batches)
    {
        float[]? total = null;

        for (var level = 0; level < levels.Length; level++)
        {
            if ((batches & (1 << level)) != 0)
            {
                total = total is null ? levels[level] : Add(levels[level], total);
            }
        }

        return total!;
    }

    private static float[] Add(float[] left, float[] right)
    {
        for (var i = 0; i < left.Length; i++)
        {
            left[i] += right[i];
        }

        return left;
    }
}
