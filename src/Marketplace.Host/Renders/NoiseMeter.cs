using Marketplace.Compute.Rendering.Film;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Looks at the noise of tiles, one at a time: adding up some units of 128 x 128 pixels takes milliseconds.
/// </summary>
internal sealed class NoiseMeter(IBlobStore blobs) : INoiseMeter, IDisposable
{
    private const int WaitingMax = 1_024;

    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);

    public Task<TileReading> Measure(TileMeasure tile, CancellationToken cancel = default) =>
        _queue.Run(() => Look(tile, cancel), cancel);

    public void Dispose() => _queue.Dispose();

    private async Task<TileReading> Look(TileMeasure tile, CancellationToken cancel)
    {
        var first = tile.Units[0].Unit;
        var spread = new TileSpread(new(first.X, first.Y, first.Width, first.Height));
        var bad = new List<BadUnit>();

        foreach (var unit in tile.Units)
        {
            if (await UnitFiles.Read(blobs, unit.Sha256, unit.Bytes, cancel) is not { } bytes)
            {
                bad.Add(new(unit.Unit.Index, unit.Sha256, "its sums are not there any more", IsLost: true));
                continue;
            }

            try
            {
                var sums = UnitFiles.Parse(tile.Order, unit.Unit, bytes);

                if (bad.Count == 0)
                {
                    spread.Add(sums);
                }
            }
            catch (TileSumsException fault)
            {
                bad.Add(new(unit.Unit.Index, unit.Sha256, fault.Message, IsLost: false));
            }
        }

        return bad.Count > 0 ? new TileReading.BadSums(bad) : new TileReading.Noise(spread.RelativeError);
    }
}
