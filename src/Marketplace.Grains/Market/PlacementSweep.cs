using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Ledger;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Market;

/// <summary>
/// Looks at work whose time has come: wakes it, and puts what waits into the books again. The job never calls the
/// market; this does. It also finishes suspensions of providers that were cut off. Safe to run on every host at once.
/// </summary>
public sealed partial class PlacementSweep(
    IRegister register, IGrainFactory grains, TimeProvider clock, ILogger<PlacementSweep> log)
{
    /// <summary>Pieces of work of one kind in one run.</summary>
    public const int WorkMax = 500;

    /// <summary>Pieces of work that are looked at side by side.</summary>
    public const int LooksAtOnce = 16;

    /// <summary>Wakes what is due; answers how many pieces that were.</summary>
    public async Task<int> Run(CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var jobs = await register.Due(RegisterKinds.Job, now, WorkMax, cancel);
        var renders = await register.Due(RegisterKinds.Render, now, WorkMax, cancel);
        var providers = await register.Due(RegisterKinds.Provider, now, WorkMax, cancel);

        // Side by side, since each look is a commit of the register and commits are shared.
        var width = new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce, CancellationToken = cancel };

        await Parallel.ForEachAsync(jobs, width, async (row, stop) =>
            await Look(row.Id, () => grains.GetGrain<IInferenceJobGrain>(row.Id).Wake(stop), stop));
        await Parallel.ForEachAsync(renders, width, async (row, stop) =>
            await Look(row.Id, () => grains.GetGrain<IRenderGrain>(row.Id).Wake(stop), stop));
        await Parallel.ForEachAsync(providers, width, async (row, stop) =>
            await Look(row.Id, () => Finish(grains.GetGrain<IProviderGrain>(row.Id), stop), stop));

        return jobs.Count + renders.Count + providers.Count;
    }

    private static async Task<bool> Finish(IProviderGrain provider, CancellationToken cancel)
    {
        await provider.Wake(cancel);
        return false;
    }

    private async Task Look(string work, Func<Task<bool>> wake, CancellationToken cancel)
    {
        try
        {
            if (await wake())
            {
                await grains.GetGrain<IPlacementGrain>(0).Requeue(work, cancel);
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // One broken piece of work must not keep the others from being looked at; it stays due.
            LogFault(log, fault, work);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Waking {Work} failed; it is tried again")]
    private static partial void LogFault(ILogger log, Exception fault, string work);
}
