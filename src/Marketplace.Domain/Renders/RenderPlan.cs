using System.Numerics;

namespace Marketplace.Domain.Renders;

/// <summary>Cuts an order into units, in the fixed order in which their sums are added up.</summary>
public static class RenderPlan
{
    /// <summary>Edge of a tile in pixels.</summary>
    public const int TileEdge = 128;

    /// <summary>Pixel samples that one unit carries about: some seconds of work on a processor.</summary>
    public const int PixelSamplesPerUnit = 4_000_000;

    /// <summary>
    /// Samples that a rig adds up in one go. Ranges are this times a power of two, and so nodes of the binary tree in which
    /// sums are joined: a rig refuses any other range.
    /// </summary>
    public const int SamplesPerBatch = 16;

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

    private static int SamplesPerUnit => SamplesPerBatch
        * (int)BitOperations.RoundUpToPowerOf2((uint)(PixelSamplesPerUnit / (TileEdge * TileEdge) / SamplesPerBatch));

    private static int Cells(int pixels) => (pixels + TileEdge - 1) / TileEdge;

    private static int Ranges(int samples) => (samples + SamplesPerUnit - 1) / SamplesPerUnit;
}
