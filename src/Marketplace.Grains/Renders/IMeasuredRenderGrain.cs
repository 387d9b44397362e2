namespace Marketplace.Grains.Renders;

/// <summary>The side of a render that only the looks at its tiles see; key <c>rnd_…</c>.</summary>
[GrainInterfaceType("measured-render"), Alias("IMeasuredRenderGrain")]
internal interface IMeasuredRenderGrain : IGrainWithStringKey
{
    /// <summary>
    /// The noise of the tile with this unit was looked at after so many samples. Being told twice is harmless.
    /// </summary>
    [Alias("Measured")]
    Task Measured(int unit, int samples, TileReading reading, CancellationToken cancel = default);
}
