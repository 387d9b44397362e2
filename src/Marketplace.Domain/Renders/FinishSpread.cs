namespace Marketplace.Domain.Renders;

/// <summary>How long after its first unit a render is likely to end. An estimate from claims of devices.</summary>
[GenerateSerializer, Immutable, Alias("FinishSpread")]
public sealed record FinishSpread([property: Id(0)] TimeSpan P50, [property: Id(1)] TimeSpan P90)
{
    /// <summary>
    /// P50: every device takes part. P90: devices of half their speed do, the work is as large as nine of ten are, and
    /// the slowest device begins the last unit when the others end. Each device loads the scene first, a moving one for
    /// every frame that it has units of. Null where no device has a score.
    /// </summary>
    /// <param name="effort">The tracing.</param>
    /// <param name="units">Units of work: more devices than these have nothing to do.</param>
    /// <param name="scenes">Scenes that all units need: 1, or the frames of a moving scene.</param>
    /// <param name="load">Time of one load.</param>
    /// <param name="scores">Of the devices that may have it now.</param>
    public static FinishSpread? Of(
        EffortSpread effort, int units, int scenes, TimeSpan load, IReadOnlyCollection<RenderScore> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);

        if (scores.Count == 0)
        {
            return null;
        }

        var busy = scores.Select(score => (long)score.Hundredths).OrderDescending().Take(units).ToArray();
        var loads = load * Math.Min(scenes, (units + busy.Length - 1) / busy.Length);
        var half = Math.Max(busy.Sum() / 2, busy[^1]);
        var unit = RenderEffort.FromMicros((effort.P90.Micros + units - 1) / units);

        return new(loads + effort.P50.On(busy.Sum()), loads + effort.P90.On(half) + unit.On(busy[^1]));
    }
}
