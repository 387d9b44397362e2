using System.Threading.Channels;
using Marketplace.Agent.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Market;

/// <summary>
/// Keeps a socket to the market open: connects again for ever with growing waits, and before the session ends with a
/// fresh one. Nothing depends on it: without a socket <see cref="MarketLink"/> goes over HTTPS.
/// </summary>
internal sealed partial class HubLink(
    MarketHttp http, SessionKeeper sessions, RetryPace pace, AgentOptions options, TimeProvider time,
    ILogger<HubLink> log)
{
    /// <summary>A connection that held this long starts the waits anew.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Channel<HubHint> _hints = Channel.CreateBounded<HubHint>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });

    private HubConnection? _current;

    /// <summary>What the market pushed. Hints may be lost.</summary>
    public ChannelReader<HubHint> Hints => _hints.Reader;

    /// <summary>The open connection, or null.</summary>
    public HubConnection? Current => Volatile.Read(ref _current);

    public async Task Run(CancellationToken cancel)
    {
        var failures = 0;

        while (!cancel.IsCancellationRequested)
        {
            var started = time.GetTimestamp();

            try
            {
                var renewed = await Hold(cancel);
                failures = renewed || time.GetElapsedTime(started) >= Steady ? 0 : failures + 1;
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                failures++;
                NotConnected(http.Market, fault.Message);
            }

            if (failures > 0 && !cancel.IsCancellationRequested)
            {
                await pace.Wait(failures, cancel);
            }
        }
    }

    /// <summary>One connection from start to end; true when it ended only to be renewed.</summary>
    private async Task<bool> Hold(CancellationToken cancel)
    {
        var session = await sessions.Current(cancel);
        await using var connection = Build(session);
        var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Closed += fault =>
        {
            closed.TrySetResult(fault);
            return Task.CompletedTask;
        };

        await Start(connection, session, cancel);

        Volatile.Write(ref _current, connection);
        _hints.Writer.TryWrite(new HubHint.Connected());
        Connected(http.Market);

        try
        {
            var renewal = Task.Delay(Positive(session.RenewAt - time.GetUtcNow()), time, cancel);

            if (await Task.WhenAny(closed.Task, renewal) == renewal)
            {
                return true;
            }

            var fault = await closed.Task;
            Lost(fault?.Message ?? "closed by the market");

            return false;
        }
        finally
        {
            Volatile.Write(ref _current, null);
        }
    }

    private async Task Start(HubConnection connection, Session session, CancellationToken cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(options.CallTimeout);

        try
        {
            await connection.StartAsync(timeout.Token);
        }
        catch
        {
            // It may be the token that was refused; a new one costs two short calls.
            sessions.Forget(session);
            throw;
        }
    }

    private HubConnection Build(Session session)
    {
        var builder = new HubConnectionBuilder()
            .WithUrl(new Uri(http.Market, AgentRoutes.Hub.TrimStart('/')), connection =>
        {
            connection.Transports = HttpTransportType.WebSockets;
            connection.SkipNegotiation = true;
            connection.AccessTokenProvider = () => Task.FromResult<string?>(session.Token);
        });

        builder.AddMessagePackProtocol();
        var connection = builder.Build();

        connection.On(HubMethods.WorkWaiting, () => { _hints.Writer.TryWrite(new HubHint.WorkWaiting()); });
        connection.On<string>(HubMethods.Abandon, attempt => { _hints.Writer.TryWrite(new HubHint.Abandon(attempt)); });

        return connection;
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Market}.")]
    private partial void Connected(Uri market);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Socket lost: {Why}")]
    private partial void Lost(string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No socket to {Market}: {Why}")]
    private partial void NotConnected(Uri market, string why);
}
