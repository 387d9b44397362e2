using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using Dapper;

namespace Marketplace.Ledger.Verify;

/// <summary>One state of the books, read by several connections at once.</summary>
internal sealed class BooksSnapshot : IAsyncDisposable
{
    /// <summary>Connections of one audit: each keeps about one core busy.</summary>
    public const int Lanes = 2;

    private readonly List<DbConnection> _connections = [];

    private BooksSnapshot()
    {
    }

    public static async Task<BooksSnapshot> Open(LedgerDatabase database, CancellationToken cancel)
    {
        var snapshot = new BooksSnapshot();

        try
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                snapshot._connections.Add(await database.Source.OpenConnectionAsync(cancel));
            }

            await database.Dialect.BeginSnapshots(database.Source, snapshot._connections, cancel);
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs parts of an audit, each on one connection, the first of them first; and times each.</summary>
    public async Task<IReadOnlyList<(IReadOnlyList<InvariantResult> Results, AuditTiming Timing)>> Run(
        IEnumerable<AuditPart> parts, CancellationToken cancel)
    {
        using var fault = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var left = new ConcurrentQueue<AuditPart>(parts);
        var done = new ConcurrentBag<(IReadOnlyList<InvariantResult>, AuditTiming)>();
        await Task.WhenAll(_connections.Select(connection => Task.Run(
            async () =>
            {
                try
                {
                    while (left.TryDequeue(out var part))
                    {
                        var watch = Stopwatch.StartNew();
                        var results = await part.Run(connection, fault.Token);
                        done.Add((results, new(part.Name, watch.Elapsed)));
                    }
                }
                catch
                {
                    await fault.CancelAsync();
                    throw;
                }
            },
            cancel)));

        return [.. done];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            try
            {
                await connection.ExecuteAsync("ROLLBACK");
            }
            catch (DbException)
            {
                // It had begun nothing.
            }

            await connection.DisposeAsync();
        }
    }
}
