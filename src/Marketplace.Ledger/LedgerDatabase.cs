using System.Data.Common;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>
/// Where the books are kept: a data source and the engine behind it. Everything that reads or writes them takes one.
/// On SQLite the connections must have foreign keys on; write transactions are begun as immediate ones.
/// </summary>
public sealed class LedgerDatabase
{
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
}
