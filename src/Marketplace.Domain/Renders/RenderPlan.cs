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
        return checked(order.Frames.Count * tiles * Ranges(order.Samples));
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

                for (var first = 0; first < order.Samples; first += SamplesPerUnit)
                {
                    yield return new(
                        index++,
                        frame,
                        x,
                        y,
                        Math.Min(TileEdge, order.Width - x),
                        Math.Min(TileEdge, order.Height - y),
                        first,
                        Math.Min(SamplesPerUnit, order.Samples - first));
                }
            }
        }
    }

    private static int Cells(int pixels) => (pixels + TileEdge - 1) / TileEdge;

    private static int Ranges(int samples) => (samples + SamplesPerUnit - 1) / SamplesPerUnit;
}
