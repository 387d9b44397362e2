namespace Marketplace.Host;

/// <summary>
/// Does the same small thing again and again, at a pace, until the host stops. A fault is logged and the next turn
/// tries again: what a loop calls is idempotent.
/// </summary>
internal abstract partial class Loop(TimeSpan every, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>One turn.</summary>
    protected abstract Task Turn(CancellationToken cancel);

    /// <summary>What is done once, before the first turn is waited for; usually nothing.</summary>
    protected virtual Task Begin(CancellationToken cancel) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, clock);

        try
        {
            await Safely(Begin, stoppingToken);

            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await Safely(Turn, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task Safely(Func<CancellationToken, Task> turn, CancellationToken cancel)
    {
        try
        {
            await turn(cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogTurnFailed(fault, GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A turn of {Loop} failed; the next one tries again")]
    private partial void LogTurnFailed(Exception fault, string loop);
}
