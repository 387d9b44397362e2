using Marketplace.Grains.Abstractions.Compliance;
using Marketplace.Grains.Providers;
using Marketplace.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// Looks for a new edition of the list and screens every provider by it, and finishes decisions that a crash cut off.
/// Safe to run on every host at once: verdicts and decisions are named after what they are about.
/// </summary>
internal sealed partial class ComplianceSweep(
    SanctionsSource source,
    IRegister register,
    IGrainFactory grains,
    IOptions<ComplianceOptions> options,
    TimeProvider clock,
    ILogger<ComplianceSweep> log) : BackgroundService
{
    private const int PageMax = 500;
    private const int DueMax = 100;

    private bool _isBehind;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(options.Value.ListLookEvery, clock);

        do
        {
            try
            {
                _isBehind |= await source.Look(stoppingToken);
                await FinishReviews(stoppingToken);

                if (_isBehind)
                {
                    await ScreenAll(stoppingToken);
                    _isBehind = false;
                }
            }
            catch (Exception problem) when (!stoppingToken.IsCancellationRequested)
            {
                // A failed round begins anew with the next: who was screened already is answered at once.
                LogFailed(log, problem);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    private async Task FinishReviews(CancellationToken stopping)
    {
        foreach (var row in await register.Due(RegisterKinds.Review, clock.GetUtcNow(), DueMax, stopping))
        {
            await grains.GetGrain<IReviewGrain>(row.Id).Finish(stopping);
        }
    }

    private async Task ScreenAll(CancellationToken stopping)
    {
        // Every page is further down the list, so this ends.
        for (long? before = null; ;)
        {
            var page = await register.List(RegisterKinds.Provider, null, null, before, PageMax, stopping);

            foreach (var row in page)
            {
                await grains.GetGrain<IProviderCaseGrain>(row.Id).ScreenAgain(stopping);
            }

            if (page.Count < PageMax)
            {
                return;
            }

            before = page[^1].Sequence;
        }
    }

    [LoggerMessage(5211, LogLevel.Warning, "A round of screening failed; the next one tries again")]
    private static partial void LogFailed(ILogger log, Exception problem);
}
