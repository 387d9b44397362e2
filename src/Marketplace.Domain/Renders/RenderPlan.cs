namespace Marketplace.Domain.Renders;

/// <summary>Cuts an order into units, in the fixed order in which their sums are added up.</summary>
public static class RenderPlan
{
    /// <summary>Edge of a tile in pixels.</summary>
    public const int TileEdge = 128;

    /// <summary>
    /// Samples a pixel that one unit carries at most: some seconds of work on a processor. A power of two of the
    /// sixteen-sample batches in which sums are added, so that every unit is a node of the same tree.
    /// </summary>
    public const int SamplesPerUnit = 256;

    public static int UnitCount(RenderOrder order)
    {
        var tiles = Cells(order.Width) * Cells(order.Height);
        return checked(order.Frames.Count * tiles * RangeCount(order.Samples, order.Settings));
    }

    public static IEnumerable<RenderUnit> Cut(RenderOrder order)
    {
        var index = 0;

        foreach (var frame in order.Frames)
        {
            for (var tile = 0; tile < Cells(order.Width) * Cells(order.Height); tile++)
            {
                var x = tile % Cells(order.Width) * TileEdge;
                var y = tile / Cells(order.Width) * TileEdge;

                foreach (var (first, samples) in Ranges(order))
                {
                    yield return new(
                        index++,
                        frame,
                        x,
                        y,
                        Math.Min(TileEdge, order.Width - x),
                        Math.Min(TileEdge, order.Height - y),
                        first,
                        samples);
                }
            }
        }
    }

    /// <summary>Units that the samples of a tile are cut into.</summary>
    public static int RangeCount(int samples, FrameSettings? settings) =>
        InSteps(settings) ? SampleSteps.Count(samples) : ((samples - 1) / SamplesPerUnit) + 1;

    /// <summary>
    /// Whether the samples of a tile are cut into <see cref="SampleSteps"/>: only what comes in several parts tells how
    /// noisy it is.
    /// </summary>
    private static bool InSteps(FrameSettings? settings) =>
        settings is not null && (settings.NoiseTarget is not null || settings.Aovs.Contains(FrameAov.Variance));

    private static int Cells(int pixels) => (pixels + TileEdge - 1) / TileEdge;

    private static IEnumerable<(int First, int Samples)> Ranges(RenderOrder order) => InSteps(order.Settings)
        ? SampleSteps.Cut(order.Samples)
        : Enumerable.Range(0, ((order.Samples - 1) / SamplesPerUnit) + 1).Select(at =>
            (at * SamplesPerUnit, Math.Min(SamplesPerUnit, order.Samples - (at * SamplesPerUnit))));
}
