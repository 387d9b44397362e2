namespace Marketplace.Grains.Renders;

/// <summary>Finds out how noisy a tile still is; its work is done off the grain's thread.</summary>
public interface INoiseMeter
{
    /// <summary>
    /// Looks at one tile. A pure function of its units' sums: whoever has the same gets the same.
    /// </summary>
    /// <exception cref="TimeoutException">Too much waits to be looked at; try again later.</exception>
    Task<TileReading> Measure(TileMeasure tile, CancellationToken cancel = default);
}
