using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Marketplace.Ledger.Tests;

/// <summary>SQLite files in the temporary folder, opened as the product opens them but without its writer's gate.</summary>
public sealed class SqliteFiles : DbDataSource
{
    private readonly string _connectionString;

    public SqliteFiles(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        ForeignKeys = true,
        DefaultTimeout = 60,
    }.ConnectionString;

    public override string ConnectionString => _connectionString;

    public static async Task<TestBook> Open()
    {
        var path = Path.Combine(Path.GetTempPath(), $"ledger-{Guid.NewGuid():n}.db");
        var source = new SqliteFiles(path);

        return await TestBook.Open(LedgerDatabase.Sqlite(source), source, LedgerScripts.SqlitePrefix, Drop);

        ValueTask Drop()
        {
            SqliteConnection.ClearPool(new(source.ConnectionString));

            foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(path) + "*"))
            {
                File.Delete(file);
            }

            return ValueTask.CompletedTask;
        }
    }

    protected override DbConnection CreateDbConnection()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == System.Data.ConnectionState.Open)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
                command.ExecuteNonQuery();
            }
        };

        return connection;
    }
}
