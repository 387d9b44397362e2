using System.Threading.Channels;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>
/// Tells the market every interval, and at once on a new connection, what runs; and gives up what it does not want.
/// </summary>
internal sealed partial class Heartbeats(
    MarketLink link,
    RunningAttempts attempts,
    AgentOptions options,
    TimeProvider time,
    ILogger<Heartbeats> log)
{
    private readonly Channel<bool> _now = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Beats soon.</summary>
    public void Now() => _now.Writer.TryWrite(true);

    public async Task Run(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            await Beat(cancel);

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(
                _now.Reader.WaitToReadAsync(waiting.Token).AsTask(),
                Task.Delay(options.HeartbeatInterval, time, waiting.Token));
            await waiting.CancelAsync();
            _now.Reader.TryRead(out _);
        }
    }

    private async Task Beat(CancellationToken cancel)
    {
        try
        {
            var running = attempts.Ids;
            var unwanted = await link.Heartbeat(
                new HeartbeatMessage(Math.Max(0, options.Slots - running.Length), running), cancel);

            foreach (var attempt in unwanted)
            {
                attempts.GiveUp(attempt);
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            Unheard(fault.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Heartbeat not heard: {Why}")]
    private partial void Unheard(string why);
}
