using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Has deposits and lanes look at the chain as soon as a node's websocket says that an account of ours changed, instead
/// of at their next turn. They look for themselves: without it, or with lies in it, everything only comes later.
/// </summary>
internal sealed partial class ChainHints(
    IGrainFactory grains,
    SolanaRailSource rails,
    IOptions<PayoutOptions> options,
    TimeProvider clock,
    ILogger<ChainHints> log)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        rails.Rails.OfType<SolanaRail>()
            .Where(rail => rail.WebSocketUrl is not null)
            .Select(rail => Listen(rail, stoppingToken)));

    private Task Listen(SolanaRail rail, CancellationToken stopping)
    {
        // Final is what counts: the treasury's tokens when something came in, a lane's nonce when its chunk is through.
        var lanes = rail.HasNonces
            ? Enumerable.Range(0, Math.Min(options.Value.Lanes, AccountHints.AccountsMax - 1))
                .Select(rail.LaneName)
                .ToDictionary(rail.NonceAccountOf)
            : [];
        var hints = new AccountHints(rail.WebSocketUrl!, [rail.TreasuryAccount, .. lanes.Keys], clock: clock);

        return hints.Listen(
            (account, cancel) => Wake(lanes.GetValueOrDefault(account), cancel),
            why => Lost(log, rail.Name.Value, why),
            stopping);
    }

    private async Task Wake(string? lane, CancellationToken cancel)
    {
        try
        {
            await (lane is null
                ? grains.GetGrain<IDepositWatcherGrain>(0).Look(cancel)
                : grains.GetGrain<IPayoutLaneGrain>(lane).Wake(cancel));
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Missed(log, problem);
        }
    }

    [LoggerMessage(
        EventId = 5120, Level = LogLevel.Information, Message = "The websocket of rail {Rail} is lost: {Why}")]
    private static partial void Lost(ILogger log, string rail, string why);

    [LoggerMessage(EventId = 5121, Level = LogLevel.Warning, Message = "A hint of the chain could not be followed")]
    private static partial void Missed(ILogger log, Exception problem);
}
