using Marketplace.Grains.Payouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Has the chain looked at again and again.</summary>
internal sealed partial class DepositSweep(
    IGrainFactory grains, SolanaRailSource rails, IOptions<DepositOptions> options, TimeProvider clock,
    ILogger<DepositSweep> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (rails.Rails.Count == 0)
        {
            return;
        }

        using var pace = new PeriodicTimer(options.Value.PollEvery, clock);

        do
        {
            try
            {
                await grains.GetGrain<IDepositWatcherGrain>(0).Look(stoppingToken);
            }
            catch (Exception problem) when (problem is not OperationCanceledException
                || !stoppingToken.IsCancellationRequested)
            {
                Missed(log, problem);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 5200, Level = LogLevel.Warning, Message = "The chain could not be searched for deposits")]
    private static partial void Missed(ILogger log, Exception problem);
}
