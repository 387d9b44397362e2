namespace Marketplace.Grains.Renders;

/// <summary>The side of a render that only the checks of its rejected frames see; key <c>rnd_…</c>.</summary>
[GrainInterfaceType("rechecked-render"), Alias("IRecheckedRenderGrain")]
internal interface IRecheckedRenderGrain : IGrainWithStringKey
{
    /// <summary>
    /// The check of a rejected frame begins, and with it the time that it may take. Being told twice is harmless.
    /// </summary>
    /// <param name="frame">Frame number.</param>
    /// <param name="rejection">Which rejection it is about, counted from 1.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Whether it is still to be checked.</returns>
    [Alias("BeginCheck")]
    Task<bool> BeginCheck(int frame, int rejection, CancellationToken cancel = default);

    /// <summary>The check of a rejected frame is over. Being told twice is harmless.</summary>
    /// <param name="frame">Frame number.</param>
    /// <param name="rejection">Which rejection it is about, counted from 1.</param>
    /// <param name="findings">One for each unit that was looked at.</param>
    /// <param name="cancel">Ends the wait.</param>
    [Alias("JudgeFrame")]
    Task JudgeFrame(
        int frame, int rejection, IReadOnlyList<UnitFinding> findings, CancellationToken cancel = default);
}
