using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Market;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Market;

/// <summary>
/// Has due work looked after: lost attempts, passed deadlines, steps that a crash left undone; then models placed.
/// </summary>
internal sealed class MarketLoop(
    PlacementSweep placement,
    IGrainFactory grains,
    IOptions<WebOptions> options,
    TimeProvider clock,
    ILogger<MarketLoop> log)
    : Loop(options.Value.SweepEvery, clock, log)
{
    protected override async Task Turn(CancellationToken cancel)
    {
        await placement.Run(cancel);
        await grains.GetGrain<IModelPlacementGrain>(0).Plan(cancel);
    }
}
