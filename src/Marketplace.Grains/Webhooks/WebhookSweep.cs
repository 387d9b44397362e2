using Marketplace.Ledger.Webhooks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// Wakes the senders of webhooks that have something due, and forgets what is old. Safe to run on every host at once:
/// each webhook has one sender in the cluster. Nobody waits for a sender, so a slow receiver holds up only itself.
/// </summary>
internal sealed partial class WebhookSweep(
    IGrainFactory grains,
    WebhookRows webhooks,
    DeliveryRows deliveries,
    IOptions<WebhookOptions> options,
    TimeProvider clock,
    ILogger<WebhookSweep> log) : BackgroundService
{
    /// <summary>Webhooks of one page, and pages of one run.</summary>
    internal const int PageMax = 500;

    /// <inheritdoc cref="PageMax"/>
    internal const int PagesMax = 20;

    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(1);

    private long? _after;
    private DateTimeOffset _pruneAt;

    /// <summary>Wakes senders; answers how many. The next run goes on where this one had to stop.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var woken = 0;

        for (var page = 0; page < PagesMax; page++)
        {
            var due = await webhooks.WithDue(_after, PageMax, cancel);

            foreach (var (_, id) in due)
            {
                grains.GetGrain<IWebhookSenderGrain>(id.Value).Work(CancellationToken.None).Ignore();
            }

            woken += due.Count;
            _after = due.Count < PageMax ? null : due[^1].Sequence;

            if (_after is null)
            {
                break;
            }
        }

        return woken;
    }

    /// <summary>Forgets some of what is old; answers how many rows.</summary>
    public Task<int> Prune(CancellationToken cancel) =>
        deliveries.Prune(clock.GetUtcNow() - options.Value.KeepFor, DeliveryRows.RowsMax, cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(options.Value.Look, clock);

        do
        {
            try
            {
                await Run(stoppingToken);

                if (clock.GetUtcNow() >= _pruneAt)
                {
                    // A full page says that there is more.
                    var isMore = await Prune(stoppingToken) >= DeliveryRows.RowsMax;
                    _pruneAt = clock.GetUtcNow() + (isMore ? TimeSpan.Zero : PruneEvery);
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogMissed(log, fault);
            }
        }
        while (await pace.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "Webhooks could not be looked at; it is tried again")]
    private static partial void LogMissed(ILogger log, Exception fault);
}
