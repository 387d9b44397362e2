using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Verification;

/// <summary>
/// Checks what a device claims of a leaf (a tile's sums over a batch of samples) by tracing it once more. A sample
/// depends on seed, frame, pixel and number alone, so honest devices agree pixel by pixel but for the rounding of their
/// arithmetic, while fewer, other or smoothed samples differ wherever there is noise. Where there is none, any samples
/// give the same, so that pixels that differ there were not traced at all.
/// </summary>
public static class LeafAudit
{
    /// <summary>By how much a pixel's mean may be off, of its brightest channel.</summary>
    public const double RelativeMax = 1e-3;

    /// <summary>By how much it may be off besides, of the leaf's mean: a dark scene lets nothing pass.</summary>
    public const double AbsoluteMax = 1e-4;

    /// <summary>
    /// Share of the lit pixels up to whose brightness all count for the leaf's mean; what is above counts as much as
    /// that. One path of a million times the light would decide alone, over honest devices and over painted pixels.
    /// </summary>
    public const double ClippedAbove = 0.99;

    /// <summary>Traces the leaf again, once, and compares.</summary>
    /// <param name="tracer">The same scene, on this machine's device.</param>
    /// <param name="view">As it was ordered.</param>
    /// <param name="claimed">The sums in question.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ArgumentException">
    /// The sums are of another frame or seed, or of no unit of the picture.
    /// </exception>
    public static LeafFinding Check(PathTracer tracer, RenderView view, TileSums claimed, CancellationToken cancel)
    {
        if (claimed.Frame != view.Frame || claimed.Seed != view.Seed)
        {
            throw new ArgumentException(
                $"the sums are of frame {claimed.Frame} and seed {claimed.Seed}", nameof(claimed));
        }

        var (again, part) = tracer.TraceWithPart(view, claimed.Tile, claimed.Samples, cancel);

        return Compare(claimed, again, part);
    }

    internal static LeafFinding Compare(TileSums claimed, TileSums again, TileSums part)
    {
        var bound = BoundOf(again);
        var (sum, other) = (Total(again, bound), Total(claimed, bound));
        var floor = AbsoluteMax * sum / again.Values.Length / again.Samples.Count;
        var (informative, agreeing, astray) = (0, 0, 0);

        for (var pixel = 0; pixel < again.Tile.Pixels; pixel++)
        {
            var agrees = Agree(again, claimed, pixel, floor);

            if (!Agree(again, part, pixel, floor))
            {
                informative++;
                agreeing += agrees ? 1 : 0;
            }
            else if (!agrees)
            {
                astray++;
            }
        }

        return new(
            again.Tile.Pixels,
            informative,
            informative == 0 ? 0 : (double)agreeing / informative,
            sum > 0 ? Math.Abs(other - sum) / sum : other > 0 ? double.PositiveInfinity : 0,
            astray);
    }

    private static bool Agree(TileSums one, TileSums other, int pixel, double floor)
    {
        var (brightest, difference) = (0.0, 0.0);

        for (var channel = pixel * 3; channel < (pixel * 3) + 3; channel++)
        {
            var mean = (double)one.Values[channel] / one.Samples.Count;
            brightest = Math.Max(brightest, mean);
            difference = Math.Max(difference, Math.Abs(mean - ((double)other.Values[channel] / other.Samples.Count)));
        }

        return difference <= (RelativeMax * brightest) + floor;
    }

    /// <summary>The most that a channel counts for the mean, as a sum; a leaf without light has no bound.</summary>
    private static double BoundOf(TileSums sums)
    {
        var lit = new List<float>();

        for (var at = 0; at < sums.Values.Length; at += 3)
        {
            var brightest = Math.Max(sums.Values[at], Math.Max(sums.Values[at + 1], sums.Values[at + 2]));

            if (brightest > 0f)
            {
                lit.Add(brightest);
            }
        }

        lit.Sort();

        return lit.Count == 0 ? double.PositiveInfinity : lit[(int)(ClippedAbove * (lit.Count - 1))];
    }

    private static double Total(TileSums sums, double bound)
    {
        var total = 0.0;

        foreach (var value in sums.Values)
        {
            total += Math.Min(value, bound);
        }

        return total;
    }
}
