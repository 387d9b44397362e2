using Microsoft.Data.Sqlite;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// Rows into a SQLite file in one transaction, without foreign keys and without the triggers that look at each row.
/// </summary>
internal sealed class SqliteRows : IRowSink
{
    private readonly SqliteConnection _connection;
    private readonly List<string> _triggers = [];
    private SqliteTransaction? _transaction;

    private SqliteRows(SqliteConnection connection) => _connection = connection;

    public static async Task<SqliteRows> Open(string path)
    {
        var rows = new SqliteRows(new($"Data Source={path};Pooling=False"));
        await rows._connection.OpenAsync();
        await rows.Execute("PRAGMA foreign_keys = OFF");
        await rows.Execute("PRAGMA cache_size = -200000");
        rows._transaction = rows._connection.BeginTransaction();
        var names = new List<string>();

        await using (var command = rows.Command("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                names.Add(reader.GetString(0));
                rows._triggers.Add(reader.GetString(1));
            }
        }

        foreach (var name in names)
        {
            await rows.Execute($"DROP TRIGGER {name}");
        }

        return rows;
    }

    public async Task Write(string table, string[] columns, IReadOnlyList<object[]> rows)
    {
        var places = string.Join(", ", columns.Select(column => $"@{column}"));
        await using var command = Command($"INSERT INTO {table}({string.Join(", ", columns)}) VALUES ({places})");
        var values = columns.Select(column => command.Parameters.Add(new($"@{column}", null))).ToArray();

        // Synchronous: SQLite has no other way, and a task for each row would cost more than the row.
        foreach (var row in rows)
        {
            for (var at = 0; at < values.Length; at++)
            {
                values[at].Value = row[at];
            }

            command.ExecuteNonQuery();
        }
    }

    public async Task Execute(string statement)
    {
        await using var command = Command(statement);
        await command.ExecuteNonQueryAsync();
    }

    public async Task Commit()
    {
        foreach (var trigger in _triggers)
        {
            await Execute(trigger);
        }

        await _transaction!.CommitAsync();
        _transaction = null;
        await Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }

    private SqliteCommand Command(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = _transaction;
        return command;
    }
}
