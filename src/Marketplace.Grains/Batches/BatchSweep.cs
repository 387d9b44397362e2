using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Batches;

/// <summary>
/// Wakes batches that are not over, so that they go on after a restart, ends deletions of files that were cut off, and
/// deletes findings of checks whose time is over. Safe to run on every host at once.
/// </summary>
internal sealed partial class BatchSweep(
    IGrainFactory grains,
    IRegister register,
    FindingStore findings,
    IOptions<BatchOptions> options,
    TimeProvider clock,
    ILogger<BatchSweep> log) : BackgroundService
{
    /// <summary>Batches, files, and findings, in one run.</summary>
    internal const int DueMax = 100;

    /// <summary>Wakes what is due; answers how many batches, files and findings that were.</summary>
    public async Task<int> Run(CancellationToken cancel) =>
        await Run(RegisterKinds.Batch, id => grains.GetGrain<IBatchGrain>(id).Wake(cancel), cancel)
        + await Run(RegisterKinds.File, id => grains.GetGrain<IFileGrain>(id).Tidy(cancel), cancel)
        + await Run(RegisterKinds.Finding, id => findings.Delete(id, cancel), cancel);

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

    private async Task<int> Run(string kind, Func<string, Task> wake, CancellationToken cancel)
    {
        var due = await register.Due(kind, clock.GetUtcNow(), DueMax, cancel);

        foreach (var row in due)
        {
            try
            {
                await wake(row.Id);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                // One that is broken must not keep the others from being looked at; it stays due.
                LogMissed(log, fault, row.Id);
            }
        }

        return due.Count;
    }

    [LoggerMessage(1, LogLevel.Warning, "Waking {Id} failed; it is tried again")]
    private static partial void LogMissed(ILogger log, Exception fault, string id);
}
