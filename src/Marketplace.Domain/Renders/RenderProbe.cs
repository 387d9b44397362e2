namespace Marketplace.Domain.Renders;

/// <summary>What small pictures of an order's frames tell of its cost.</summary>
/// <param name="Frames">The frames that were traced, at least one, each with at least one cost.</param>
/// <param name="Width">Pixels of the small pictures.</param>
/// <param name="Height">Pixels of the small pictures.</param>
/// <param name="Samples">Samples a pixel of one pass.</param>
/// <param name="Load">Time to read the scene and make it ready, its tree included; the longest of the frames'.</param>
/// <param name="Build">Of that, the time to build the tree over its triangles.</param>
[GenerateSerializer, Immutable, Alias("RenderProbe")]
public sealed record RenderProbe(
    [property: Id(0)] IReadOnlyList<ProbedFrame> Frames,
    [property: Id(1)] int Width,
    [property: Id(2)] int Height,
    [property: Id(3)] int Samples,
    [property: Id(4)] TimeSpan Load,
    [property: Id(5)] TimeSpan Build)
{
    /// <summary>Student's t, one-sided 90 %, two degrees of freedom: three frames or passes.</summary>
    private const double StudentT90 = 1.886;

    /// <summary>Spread of a single pass, which tells none itself.</summary>
    private const double SpreadUnknown = 0.25;

    /// <summary>
    /// The effort of so many samples. P50 takes the cost of a sample as a straight line from the first frame by the
    /// middle to the last. P90 adds the error of that mean, from how far the frames differ where not all were traced,
    /// and how far the passes do.
    /// </summary>
    public EffortSpread Effort(long pixelSamples, int framesOrdered)
    {
        double[] costs = [.. Frames.Select(frame => Median(frame.Costs))];
        var mean = costs is [var first, var middle, var last]
            ? (first + (2 * middle) + last) / 4
            : costs.Average();
        var variance = BetweenFrames(costs, framesOrdered) + BetweenPasses();
        var high = mean + (StudentT90 * Math.Sqrt(variance));

        return new(
            RenderEffort.Of(pixelSamples, (long)Math.Ceiling(mean)),
            RenderEffort.Of(pixelSamples, (long)Math.Ceiling(high)));
    }

    private static double Median(IReadOnlyList<long> costs)
    {
        var sorted = costs.Order().ToArray();
        var half = sorted.Length / 2;

        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + (double)sorted[half]) / 2;
    }

    /// <summary>Variance of the frames' mean: nothing where every frame was traced.</summary>
    private static double BetweenFrames(double[] costs, int framesOrdered)
    {
        if (costs.Length < 2 || framesOrdered <= costs.Length)
        {
            return 0;
        }

        var share = 1 - ((double)costs.Length / framesOrdered);

        return Variance(costs) / costs.Length * share;
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();

        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }

    /// <summary>Variance of the mean that comes of timing.</summary>
    private double BetweenPasses()
    {
        var variances = Frames.Select(frame => frame.Costs.Count < 2
            ? Math.Pow(frame.Costs[0] * SpreadUnknown, 2)
            : Variance([.. frame.Costs.Select(cost => (double)cost)]) / frame.Costs.Count);

        return variances.Sum() / ((double)Frames.Count * Frames.Count);
    }
}
