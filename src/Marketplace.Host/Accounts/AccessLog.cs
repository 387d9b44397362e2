using System.Collections.Concurrent;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Ledger.Payments;

namespace Marketplace.Host.Accounts;

/// <summary>
/// Gathers who used which account and writes it down now and then: it is evidence for banks and decides nothing, so a
/// host that dies may lose the last seconds of it, and one that cannot write keeps a bounded part.
/// </summary>
internal sealed partial class AccessLog(AccessRows rows, TimeProvider clock, ILogger<AccessLog> log)
    : Loop(TimeSpan.FromSeconds(10), clock, log), IAccessLog
{
    /// <summary>Different lines between two writes; what is beyond is not written down.</summary>
    public const int LinesMax = 10_000;

    private readonly TimeProvider _clock = clock;
    private readonly ConcurrentDictionary<Line, AccountAccess> _lines = new();
    private long _lost;

    public void Seen(AccountId account, ApiKeyId key, string address, string what)
    {
        var now = _clock.GetUtcNow();
        var line = new Line(account, key, address, what, now.ToUnixTimeSeconds() / 3_600);

        // Asked in this order: counting takes every lock of the dictionary, and most requests are like one before.
        if (!_lines.ContainsKey(line) && _lines.Count >= LinesMax)
        {
            Interlocked.Increment(ref _lost);
            return;
        }

        Add(line, new(account, key, address, what, 1, now, now));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        try
        {
            await Write(cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotWritten(fault, _lines.Count);
        }
    }

    protected override async Task Turn(CancellationToken cancel)
    {
        await Write(cancel);
        await rows.Forget(_clock.GetUtcNow() - AccessRows.KeptFor, cancel);
    }

    /// <summary>What could not be written comes back, and is written with the next turn.</summary>
    private async Task Write(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
        {
            LogLost(lost, LinesMax);
        }

        var taken = _lines.Keys.Select(line => _lines.TryRemove(line, out var access) ? access : null)
            .OfType<AccountAccess>().ToArray();

        if (taken.Length == 0)
        {
            return;
        }

        try
        {
            await rows.Add(taken, cancel);
        }
        catch
        {
            foreach (var access in taken)
            {
                Add(new(access.Account, access.Key, access.Address, access.What, access.Hour), access);
            }

            throw;
        }
    }

    private void Add(Line line, AccountAccess access) => _lines.AddOrUpdate(line, access, (_, known) => known with
    {
        Calls = known.Calls + access.Calls,
        First = known.First < access.First ? known.First : access.First,
        Last = known.Last > access.Last ? known.Last : access.Last,
    });

    [LoggerMessage(2, LogLevel.Warning, "{Lost} requests are not in the access log: over {Max} lines at a time")]
    private partial void LogLost(long lost, int max);

    [LoggerMessage(3, LogLevel.Warning, "{Lines} lines of the access log were not written before the host stopped")]
    private partial void LogNotWritten(Exception fault, int lines);

    private readonly record struct Line(AccountId Account, ApiKeyId Key, string Address, string What, long Hour);
}
