namespace Marketplace.Domain.Renders;

/// <summary>
/// Which unit of a moving scene a device gets. Each moment is posed and built before it is traced, so that a device
/// stays at its frame, then begins one that nobody is at, and only then helps at the frame of another.
/// </summary>
public static class FrameChoice
{
    /// <param name="waiting">Units that the device may have, by frame.</param>
    /// <param name="mine">The frame that it was at last; null for none.</param>
    /// <param name="others">Frames that other devices have done or do a part of.</param>
    public static RenderUnit? Pick(IEnumerable<RenderUnit> waiting, int? mine, IReadOnlySet<int> others)
    {
        RenderUnit? first = null;
        RenderUnit? fresh = null;

        foreach (var unit in waiting)
        {
            if (unit.Frame == mine)
            {
                return unit;
            }

            first ??= unit;
            fresh ??= others.Contains(unit.Frame) ? null : unit;

            if (fresh is not null && (mine is null || unit.Frame > mine))
            {
                break;
            }
        }

        return fresh ?? first;
    }
}
