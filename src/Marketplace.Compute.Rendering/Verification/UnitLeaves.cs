using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Verification;

/// <summary>The batches that a unit of work is the sum of: what is committed to and checked one by one.</summary>
public static class UnitLeaves
{
    /// <summary>Traces every batch of a unit. Added up they are what <see cref="PathTracer.Trace"/> gives.</summary>
    /// <exception cref="ArgumentException">The tile or the samples are no unit of the picture.</exception>
    public static IReadOnlyList<TileSums> Trace(
        PathTracer tracer, RenderView view, Tile tile, SampleRange samples, CancellationToken cancel) =>
        [.. RangesOf(samples).Select(range => tracer.Trace(view, tile, range, cancel))];

    /// <summary>The unit that leaves add up to, in the fixed tree: what <see cref="PathTracer.Trace"/> gives.</summary>
    /// <param name="samples">The unit's samples.</param>
    /// <param name="leaves">All of its leaves, in order.</param>
    public static TileSums Sum(SampleRange samples, IReadOnlyList<TileSums> leaves)
    {
        var first = leaves[0];

        return new(first.Tile, samples, first.Frame, first.Seed, Total(samples, leaves));
    }

    /// <summary>The sample ranges of a unit's leaves, in order.</summary>
    public static IEnumerable<SampleRange> RangesOf(SampleRange samples) =>
        Enumerable.Range(0, samples.Batches).Select(batch => new SampleRange(
            samples.First + (batch * SampleRange.Batch),
            Math.Min(SampleRange.Batch, samples.Count - (batch * SampleRange.Batch))));

    /// <summary>
    /// Why a unit is not the sum of these leaves, or null when it is: added up in the fixed tree they must give it bit
    /// for bit, so that what is checked is what was delivered.
    /// </summary>
    public static string? WhyNot(TileSums unit, IReadOnlyList<TileSums> leaves)
    {
        SampleRange[] ranges = [.. RangesOf(unit.Samples)];

        if (leaves.Count != ranges.Length)
        {
            return $"{leaves.Count} leaves, {unit.Samples} has {ranges.Length}";
        }

        foreach (var (at, leaf) in leaves.Index())
        {
            if (leaf.Tile != unit.Tile || leaf.Frame != unit.Frame || leaf.Seed != unit.Seed
                || leaf.Samples != ranges[at])
            {
                return $"leaf {at} is of {leaf.Tile}, {leaf.Samples}, frame {leaf.Frame}, seed {leaf.Seed}";
            }

        }

        var total = Total(unit.Samples, leaves);

        for (var at = 0; at < total.Length; at++)
        {
            if (BitConverter.SingleToInt32Bits(total[at]) != BitConverter.SingleToInt32Bits(unit.Values[at]))
            {
                return FormattableString.Invariant(
                    $"the leaves add up to {total[at]:R} in value {at}, the unit has {unit.Values[at]:R}");
            }
        }

        return null;
    }

    private static float[] Total(SampleRange samples, IReadOnlyList<TileSums> leaves)
    {
        var total = new float[leaves[0].Values.Length];
        var tree = new SampleTree(total.Length, samples);

        foreach (var leaf in leaves)
        {
            tree.Add(leaf.Values.ToArray());
        }

        tree.Total(total);
        return total;
    }
}
