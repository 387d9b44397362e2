namespace Marketplace.Domain.Renders;

/// <summary>How far a tile of a frame is whose noise is looked at.</summary>
/// <param name="Frame">Frame number.</param>
/// <param name="X">Left edge, pixels.</param>
/// <param name="Y">Top edge, pixels.</param>
/// <param name="Until">Samples a pixel that are ordered by now.</param>
/// <param name="IsDone">Whether it gets no more: it was good enough, or had all.</param>
/// <param name="RelativeError">What was found at the last look; null before it.</param>
[GenerateSerializer, Immutable, Alias("TileLook")]
public sealed record TileLook(
    [property: Id(0)] int Frame,
    [property: Id(1)] int X,
    [property: Id(2)] int Y,
    [property: Id(3)] int Until,
    [property: Id(4)] bool IsDone,
    [property: Id(5)] double? RelativeError)
{
    /// <summary>A tile that nobody has looked at yet.</summary>
    public static TileLook Begin(RenderUnit unit, int samples)
    {
        var until = SampleSteps.NextLook(0, samples);

        return new(unit.Frame, unit.X, unit.Y, until, until == samples, null);
    }

    /// <summary>
    /// What follows from a look: it is done when the error is at most the target, and else gets samples up to the next
    /// look. Who has the same sums comes to the same answer.
    /// </summary>
    /// <param name="relativeError">What was found; what is no number counts as too much.</param>
    /// <param name="target">What was ordered.</param>
    /// <param name="samples">All that was ordered.</param>
    public TileLook After(double relativeError, double target, int samples)
    {
        if (IsDone || relativeError <= target)
        {
            return this with { IsDone = true, RelativeError = relativeError };
        }

        var until = SampleSteps.NextLook(Until, samples);

        return this with { Until = until, IsDone = until == samples, RelativeError = relativeError };
    }

    /// <summary>
    /// What was found came from sums that do not stand: it is looked at again when they are made again. It gets no
    /// fewer samples than were decided before.
    /// </summary>
    /// <param name="samples">All that was ordered.</param>
    public TileLook Reopen(int samples) => Until < samples ? this with { IsDone = false } : this;

    /// <summary>Whether it is the tile of this unit.</summary>
    public bool Holds(RenderUnit unit) => unit.Frame == Frame && unit.X == X && unit.Y == Y;

    /// <summary>Steps of the tile that need not be made any more.</summary>
    public int Spared(int samples) => IsDone ? SampleSteps.Count(samples) - SampleSteps.Count(Until) : 0;
}
