using Marketplace.Grains.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>Has earnings released whose holdback has passed; on its own, so that many of them delay no work.</summary>
internal sealed class HoldbackLoop(
    HoldbackSweep holdback, IOptions<WebOptions> options, TimeProvider clock, ILogger<HoldbackLoop> log)
    : Loop(options.Value.SweepEvery, clock, log)
{
    protected override async Task Turn(CancellationToken cancel) => await holdback.Run(cancel);
}
