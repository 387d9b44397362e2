using System.Data.Common;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>
/// Where the books are kept: a data source and the engine behind it. Everything that reads or writes them takes one.
/// On SQLite the connections must have foreign keys on; write transactions are begun as immediate ones.
/// </summary>
public sealed class LedgerDatabase
{
    /// <summary>Tries of one transaction after a conflict of writers, before the caller sees the error.</summary>
    public const int AttemptsMax = 8;

    private LedgerDatabase(DbDataSource source, SqlDialect dialect)
    {
        Source = source;
        Dialect = dialect;
    }

    internal DbDataSource Source { get; }

    internal SqlDialect Dialect { get; }

    /// <summary>A SQLite file; one process only.</summary>
    public static LedgerDatabase Sqlite(DbDataSource source) => new(source, new SqliteDialect());

    /// <summary>A PostgreSQL database; any number of processes.</summary>
    public static LedgerDatabase PostgreSql(DbDataSource source) => new(source, new PostgresDialect());

    /// <summary>
    /// Runs a write transaction and commits it, again after a conflict with another writer: the work must bear that.
    /// </summary>
    internal async Task<T> Write<T>(Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Source.OpenConnectionAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                var answer = await work(connection, transaction);
                await transaction.CommitAsync(CancellationToken.None);

                return answer;
            }
            catch (DbException error) when (attempt < AttemptsMax && Dialect.IsRetryable(error))
            {
                // Another writer was first: what it wrote is seen in the next try.
            }
        }
    }
}
