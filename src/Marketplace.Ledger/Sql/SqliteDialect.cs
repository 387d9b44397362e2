using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Marketplace.Ledger.Sql;

/// <summary>SQLite 3.45 or later: one writer, no row locks, JSON by <c>json_each</c>.</summary>
internal sealed class SqliteDialect : SqlDialect
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;

    /// <summary>One commit is one sync of the disk, so as many as came together share it.</summary>
    public override int BatchMax => 256;

    public override bool HasOneWriter => true;

    public override string ByKey => string.Empty;

    public override string ForUpdate => string.Empty;

    public override string? LockJournals => null;

    public override string? SerializeSigning => null;

    public override string Rows(string parameter, params ReadOnlySpan<string> columns)
    {
        var parts = new List<string>(columns.Length);

        foreach (var column in columns)
        {
            var name = column[..column.IndexOf(' ', StringComparison.Ordinal)];
            parts.Add($"value ->> '{name}' AS {name}");
        }

        return $"(SELECT {string.Join(", ", parts)} FROM json_each({parameter})) AS r";
    }

    public override string Bytes(string hex) => $"unhex({hex})";

    public override string In(string column, string parameter) => $"{column} IN {parameter}";

    public override string Among(string column, string parameter) =>
        $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override bool IsRetryable(DbException error) =>
        error is SqliteException { SqliteErrorCode: Busy or Locked };

    public override bool IsRefusal(DbException error) =>
        error is SqliteException { SqliteErrorCode: Constraint or Mismatch or TooBig };

    public override async Task BeginSnapshots(
        DbDataSource source, IReadOnlyList<DbConnection> connections, CancellationToken cancel)
    {
        // While this one has the writer's place nothing changes, so that all begin with the same state.
        await using var writer = await source.OpenConnectionAsync(cancel);
        await using var pause = await writer.BeginTransactionAsync(cancel);

        foreach (var connection in connections)
        {
            // Not through BeginTransaction, which would take the writer's place: readers go beside it in the log.
            await Execute(connection, "BEGIN DEFERRED", cancel);

            // The state is taken with the first read and not before.
            await using var first = connection.CreateCommand();
            first.CommandText = "SELECT last_seq FROM chain LIMIT 1";
            await first.ExecuteScalarAsync(cancel);
        }

        await pause.RollbackAsync(cancel);
    }
}
