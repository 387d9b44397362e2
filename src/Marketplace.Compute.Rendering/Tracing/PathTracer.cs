using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>A scene loaded on a device. Keep it between units of work: loading is the slow part.</summary>
public sealed class PathTracer : IDisposable
{
    private readonly IUnitTracer _tracer;

    private PathTracer(IUnitTracer tracer) => _tracer = tracer;

    /// <summary>Loads a scene. The device must outlive the tracer, which does not dispose it.</summary>
    public PathTracer(Scene scene, ComputeDevice device)
        : this(device switch
        {
            HostDevice host when scene.Tables.Constants.InstanceCount > 0 =>
                new HostTracer<TwoLevels>(scene.Tables, host.Workers),
            HostDevice host => new HostTracer<OneLevel>(scene.Tables, host.Workers),
            IlgpuDevice ilgpu => new KernelTracer(scene.Tables, ilgpu.Accelerator),
            _ => throw new ArgumentException($"{device.Facts.Name} cannot trace.", nameof(device)),
        })
    {
    }

    /// <summary>
    /// Renders one unit of work. The same scene, view, tile and samples give the same sums, whatever was rendered
    /// before and however many threads there are.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The tile is not in the picture, or the samples are no node of the tree.
    /// </exception>
    public TileSums Trace(RenderView view, Tile tile, SampleRange samples, CancellationToken cancellation)
    {
        CheckTile(view, tile);
        CheckSamples(samples);
        var sums = new float[tile.Pixels * 3];
        _tracer.Trace(view.ToConstants(), tile, samples, sums, cancellation);

        return new TileSums(tile, samples, view.Frame, view.Seed, sums);
    }

    /// <summary>
    /// The sums of a unit, as by <see cref="Trace"/> bit for bit, and those of a part of its samples, half or less,
    /// which tell where there is noise. Each sample is traced once; a single one has no part, and one of another seed
    /// stands in.
    /// </summary>
    /// <exception cref="ArgumentException">As of <see cref="Trace"/>.</exception>
    internal (TileSums Whole, TileSums Part) TraceWithPart(
        RenderView view, Tile tile, SampleRange samples, CancellationToken cancellation)
    {
        CheckSamples(samples);

        return samples switch
        {
            { Count: 1 } => (
                Trace(view, tile, samples, cancellation),
                Trace(view with { Seed = ~view.Seed }, tile, samples, cancellation)),
            { Level: 0 } => OfHalves(view, tile, samples, cancellation),
            _ => OfChildren(view, tile, samples, cancellation),
        };
    }

    /// <summary>
    /// What the samples of a tile meet first: no light, only geometry and material, so it costs one ray a sample. The
    /// rays are those of <see cref="Trace"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The tile is not in the picture, or the samples are none or over <see cref="AovTile.SamplesMax"/>.
    /// </exception>
    public AovTile TraceAovs(RenderView view, Tile tile, int samples, CancellationToken cancellation)
    {
        CheckTile(view, tile);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, AovTile.SamplesMax);
        var sums = new float[tile.Pixels * FirstHits.Floats];
        _tracer.TraceFirstHits(view.ToConstants(), tile, new SampleRange(0, samples), sums, cancellation);

        return new AovTile(tile, samples, sums);
    }

    public void Dispose() => _tracer.Dispose();

    /// <summary>One batch: its second half goes on where the first ended.</summary>
    private (TileSums Whole, TileSums Part) OfHalves(
        RenderView view, Tile tile, SampleRange samples, CancellationToken cancellation)
    {
        var before = samples.Count / 2;
        var part = Trace(view, tile, samples with { Count = before }, cancellation);
        var sums = part.Values.ToArray();
        var rest = new SampleRange(samples.First + before, samples.Count - before);
        _tracer.TraceOn(view.ToConstants(), tile, rest, sums, cancellation);

        return (new TileSums(tile, samples, view.Frame, view.Seed, sums), part);
    }

    /// <summary>Several batches: the two children of their node in the tree of samples, whose sum it is.</summary>
    private (TileSums Whole, TileSums Part) OfChildren(
        RenderView view, Tile tile, SampleRange samples, CancellationToken cancellation)
    {
        var before = SampleRange.Batch << (samples.Level - 1);
        var left = Trace(view, tile, samples with { Count = before }, cancellation);
        var right = Trace(view, tile, new(samples.First + before, samples.Count - before), cancellation);
        var sums = new float[tile.Pixels * 3];

        for (var at = 0; at < sums.Length; at++)
        {
            sums[at] = left.Values[at] + right.Values[at];
        }

        return (
            new TileSums(tile, samples, view.Frame, view.Seed, sums),
            left.Samples.Count <= right.Samples.Count ? left : right);
    }

    private static void CheckSamples(SampleRange samples)
    {
        if (!samples.IsAligned)
        {
            throw new ArgumentException($"{samples} is no node of the sample tree.", nameof(samples));
        }
    }

    private static void CheckTile(RenderView view, Tile tile)
    {
        if (!tile.FitsIn(view.Width, view.Height) || (long)tile.Width * tile.Height > TileSums.PixelsMax)
        {
            throw new ArgumentException($"{tile} is not in a picture of {view.Width} x {view.Height}.", nameof(tile));
        }
    }
}
