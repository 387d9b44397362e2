using Npgsql;

namespace Marketplace.Benchmarks.Ledger;

/// <summary>Rows into PostgreSQL by COPY, in one transaction, with triggers and foreign keys off for the session.</summary>
internal sealed class PostgresRows : IRowSink
{
    private readonly NpgsqlConnection _connection;
    private NpgsqlTransaction? _transaction;

    private PostgresRows(NpgsqlConnection connection) => _connection = connection;

    public static async Task<PostgresRows> Open(NpgsqlDataSource source)
    {
        var rows = new PostgresRows(await source.OpenConnectionAsync());
        rows._transaction = await rows._connection.BeginTransactionAsync();
        await rows.Execute("SET LOCAL session_replication_role = replica");
        return rows;
    }

    public async Task Write(string table, string[] columns, IReadOnlyList<object[]> rows)
    {
        await using var copy = await _connection.BeginBinaryImportAsync(
            $"COPY {table}({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");

        foreach (var row in rows)
        {
            await copy.WriteRowAsync(CancellationToken.None, row);
        }

        await copy.CompleteAsync();
    }

    public async Task Execute(string statement)
    {
        await using var command = new NpgsqlCommand(statement, _connection, _transaction);
        await command.ExecuteNonQueryAsync();
    }

    public async Task Commit()
    {
        await _transaction!.CommitAsync();
        _transaction = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync();
        }

        await _connection.DisposeAsync();
    }
}
