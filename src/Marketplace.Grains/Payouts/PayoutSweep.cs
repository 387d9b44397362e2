using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Wakes every lane again and again: after a restart, after a lost wake-up, after a failed step.</summary>
internal sealed partial class PayoutSweep(
    IGrainFactory grains, SolanaRailSource rails, IOptions<PayoutOptions> options, TimeProvider clock,
    ILogger<PayoutSweep> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (rails.Rail is null)
        {
            return;
        }

        using var pace = new PeriodicTimer(options.Value.SweepEvery, clock);

        do
        {
            for (var lane = 0; lane < options.Value.Lanes; lane++)
            {
                await WakeLane(PayoutLaneGrain.Name(lane), stoppingToken);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    private async Task WakeLane(string lane, CancellationToken stopping)
    {
        try
        {
            await grains.GetGrain<IPayoutLaneGrain>(lane).Wake(stopping);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            Missed(log, lane, problem);
        }
    }

    [LoggerMessage(EventId = 5110, Level = LogLevel.Warning, Message = "Payout lane {Lane} could not be woken")]
    private static partial void Missed(ILogger log, string lane, Exception problem);
}
