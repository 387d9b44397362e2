using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Market;

/// <summary>
/// Has due work looked after (lost attempts, passed deadlines, steps that a crash left undone) and earnings released
/// whose holdback has passed.
/// </summary>
internal sealed class MarketLoop(
    PlacementSweep placement, HoldbackSweep holdback, IOptions<WebOptions> options, TimeProvider clock,
    ILogger<MarketLoop> log)
    : Loop(options.Value.SweepEvery, clock, log)
{
    protected override async Task Turn(CancellationToken cancel)
    {
        await placement.Run(cancel);
        await holdback.Run(cancel);
    }
}
