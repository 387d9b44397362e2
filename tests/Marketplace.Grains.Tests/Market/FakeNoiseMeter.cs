using System.Collections.Concurrent;
using Marketplace.Grains.Renders;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Reads nothing: finds what a test says of a tile.</summary>
internal sealed class FakeNoiseMeter : INoiseMeter
{
    private readonly ConcurrentDictionary<string, Func<TileMeasure, Task<TileReading>>> _finders =
        new(StringComparer.Ordinal);

    private readonly ConcurrentQueue<TileMeasure> _asked = new();

    public IEnumerable<TileMeasure> Asked(string render) => _asked.Where(one => one.Render.Value == render);

    public void Find(string render, Func<TileMeasure, Task<TileReading>> reading) => _finders[render] = reading;

    public Task<TileReading> Measure(TileMeasure tile, CancellationToken cancel = default)
    {
        _asked.Enqueue(tile);

        return _finders.TryGetValue(tile.Render.Value, out var find)
            ? find(tile)
            : Task.FromResult<TileReading>(new TileReading.Noise(0));
    }
}
