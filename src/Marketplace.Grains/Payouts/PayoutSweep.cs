using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Wakes every lane again and again: after a restart, after a lost wake-up, after a failed step.</summary>
internal sealed partial class PayoutSweep(
    IGrainFactory grains,
    IRegister register,
    SolanaRailSource rails,
    IOptions<PayoutOptions> options,
    TimeProvider clock,
    ILogger<PayoutSweep> log)
    : BackgroundService
{
    private const int DueMax = 100;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (rails.Rails.Count == 0)
        {
            return;
        }

        using var pace = new PeriodicTimer(options.Value.SweepEvery, clock);

        do
        {
            await RunDue(stoppingToken);

            for (var lane = 0; lane < options.Value.Lanes; lane++)
            {
                foreach (var rail in rails.Rails)
                {
                    await WakeLane(rail.LaneName(lane), stoppingToken);
                }
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Schedules whose run has come, and advances that repayments may have earned something of.</summary>
    private async Task RunDue(CancellationToken stopping)
    {
        try
        {
            foreach (var row in await register.Due(RegisterKinds.PayoutSchedule, clock.GetUtcNow(), DueMax, stopping))
            {
                await grains.GetGrain<IPayoutScheduleGrain>(row.Id).Run(stopping);
            }

            foreach (var row in await register.Due(RegisterKinds.Advance, clock.GetUtcNow(), DueMax, stopping))
            {
                await grains.GetGrain<IAdvanceDeskGrain>(row.Owner).Settle(stopping);
            }
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            NotRun(log, problem);
        }
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

    [LoggerMessage(EventId = 5111, Level = LogLevel.Warning, Message = "Payout schedules could not be run")]
    private static partial void NotRun(ILogger log, Exception problem);

    [LoggerMessage(EventId = 5110, Level = LogLevel.Warning, Message = "Payout lane {Lane} could not be woken")]
    private static partial void Missed(ILogger log, string lane, Exception problem);
}
