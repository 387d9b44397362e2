using System.Data.Common;
using Npgsql;

namespace Marketplace.Ledger.Sql;

/// <summary>PostgreSQL 15 or later, read committed, row locks in the order of account ids.</summary>
internal sealed class PostgresDialect : SqlDialect
{
    public override int BatchMax => 128;

    // PostgreSQL takes the JSON array of a batch for 100 rows and would read the whole table to join them.
    public override bool HasOneWriter => false;

    public override string ByKey =>
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off;";

    public override string ForUpdate => "FOR NO KEY UPDATE";

    public override string? LockJournals => "LOCK TABLE command IN SHARE MODE";

    public override string? SerializeSigning => "SELECT pg_advisory_xact_lock(5005)";

    public override string Rows(string parameter, params ReadOnlySpan<string> columns) =>
        $"jsonb_to_recordset({parameter}::jsonb) AS r({string.Join(", ", columns)})";

    public override string Bytes(string hex) => $"decode({hex}, 'hex')";

    public override string In(string column, string parameter) => $"{column} = ANY({parameter})";

    public override string Among(string column, string parameter) =>
        $"{column} = ANY(ARRAY(SELECT jsonb_array_elements_text({parameter}::jsonb)))";

    public override bool IsRetryable(DbException error) => error.SqlState
        is PostgresErrorCodes.SerializationFailure
        or PostgresErrorCodes.DeadlockDetected
        or PostgresErrorCodes.LockNotAvailable
        or PostgresErrorCodes.UniqueViolation;

    public override bool IsRefusal(DbException error) =>
        error.SqlState is { Length: 5 } state && (state.StartsWith("22", StringComparison.Ordinal)
            || state.StartsWith("23", StringComparison.Ordinal)
            || state == PostgresErrorCodes.RaiseException);

    public override async Task BeginSnapshots(
        DbDataSource source, IReadOnlyList<DbConnection> connections, CancellationToken cancel)
    {
        const string Begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        await Execute(connections[0], Begin, cancel);
        await using var export = connections[0].CreateCommand();
        export.CommandText = "SELECT pg_export_snapshot()";
        var state = (string)(await export.ExecuteScalarAsync(cancel))!;

        foreach (var connection in connections.Skip(1))
        {
            await Execute(connection, $"{Begin}; SET TRANSACTION SNAPSHOT '{state}'", cancel);
        }
    }
}
