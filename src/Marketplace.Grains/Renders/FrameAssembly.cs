namespace Marketplace.Grains.Renders;

/// <summary>Tries at putting one frame together that have not ended in a picture.</summary>
/// <param name="NextAt">Not tried again before.</param>
/// <param name="IsOutdated">
/// Whether units that the last try has begun with were thrown away: what comes of it is no picture of the frame.
/// </param>
[GenerateSerializer, Alias("FrameAssembly")]
internal sealed record FrameAssembly(
    [property: Id(0)] int Frame,
    [property: Id(1)] int Tries,
    [property: Id(2)] DateTimeOffset NextAt,
    [property: Id(3)] bool IsOutdated = false)
{
    /// <summary>Tries begin anew, with other units.</summary>
    public FrameAssembly Outdate(DateTimeOffset now) => new(Frame, 0, now, IsOutdated: true);
}
