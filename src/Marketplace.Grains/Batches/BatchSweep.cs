using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Batches;

/// <summary>
/// Wakes batches that are not over, so that they go on after a restart. Safe to run on every host at once.
/// </summary>
internal sealed partial class BatchSweep(
    IGrainFactory grains,
    IRegister register,
    IOptions<BatchOptions> options,
    TimeProvider clock,
    ILogger<BatchSweep> log) : BackgroundService
{
    /// <summary>Batches in one run.</summary>
    internal const int DueMax = 100;

    /// <summary>Wakes what is due; answers how many batches that were.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var due = await register.Due(RegisterKinds.Batch, clock.GetUtcNow(), DueMax, cancel);

        foreach (var row in due)
        {
            try
            {
                await grains.GetGrain<IBatchGrain>(row.Id).Wake(cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                // One broken batch must not keep the others from being looked at; it stays due.
                LogMissed(log, fault, row.Id);
            }
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(options.Value.Sweep, clock);

        do
        {
            try
            {
                await Run(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogMissed(log, fault, "batches");
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "Waking {Batch} failed; it is tried again")]
    private static partial void LogMissed(ILogger log, Exception fault, string batch);
}
