using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// A tile rendered until it is good enough. Its sums are those of a plain unit with as many samples, bit for bit: only
/// their number depends on the noise.
/// </summary>
public sealed record AdaptiveTile(TileSums Sums, TileSpread Noise)
{
    /// <summary>Renders batch after batch; looks at the noise where <see cref="NoiseTarget.IsLook"/> says so.</summary>
    /// <exception cref="ArgumentException">The tile is not in the picture, or the target is none.</exception>
    public static AdaptiveTile Render(
        PathTracer tracer, RenderView view, Tile tile, NoiseTarget target, CancellationToken cancellation)
    {
        target.Check();
        var noise = new TileSpread(tile);
        var tree = new SampleTree(tile.Pixels * 3, new SampleRange(0, target.SamplesMax));

        while (noise.Samples < target.SamplesMax)
        {
            var batch = tracer.Trace(
                view, tile, new SampleRange(noise.Samples, SampleRange.Batch), cancellation);
            noise.Add(batch);
            tree.Add(batch.Values.ToArray());

            if (target.IsLook(noise.Samples) && noise.RelativeError <= target.RelativeError)
            {
                break;
            }
        }

        var sums = new float[tile.Pixels * 3];
        tree.Total(sums);

        return new AdaptiveTile(
            new TileSums(tile, new SampleRange(0, noise.Samples), view.Frame, view.Seed, sums), noise);
    }
}
