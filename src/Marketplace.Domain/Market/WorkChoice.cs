namespace Marketplace.Domain.Market;

/// <summary>
/// Which of the work that waits a device gets: the oldest, but for a moment what it has loaded goes first and what
/// others have loaded is left to them.
/// </summary>
public static class WorkChoice
{
    /// <param name="chances">Work that the device may have, the oldest first.</param>
    /// <param name="isLeft">
    /// Whether a device that has more of what the work at this place needs may come for it; asked only where it
    /// matters.
    /// </param>
    /// <param name="passesMax">So many are looked at for the sake of what is loaded where.</param>
    /// <returns>The place of the work, or null where all of it is left to others.</returns>
    public static int? Pick(IEnumerable<WorkChance> chances, Func<int, bool> isLeft, int passesMax)
    {
        (int At, SceneFit Fit)? cold = null;
        var at = 0;

        foreach (var chance in chances)
        {
            if (chance.IsOwed)
            {
                // It goes before what is younger, and not before what is older.
                return cold?.At ?? at;
            }

            if (chance.Fit == SceneFit.Loaded)
            {
                return at;
            }

            if ((cold is null || chance.Fit > cold.Value.Fit) && !isLeft(at))
            {
                cold = (at, chance.Fit);
            }

            if (++at >= passesMax)
            {
                break;
            }
        }

        return cold?.At;
    }
}
