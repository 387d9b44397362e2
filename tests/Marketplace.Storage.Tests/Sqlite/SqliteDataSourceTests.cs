using System.Data.Common;
using Marketplace.Storage.Sqlite;

namespace Marketplace.Storage.Tests.Sqlite;

public sealed class SqliteDataSourceTests : IAsyncDisposable
{
    private const int Writers = 40;
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-sqlite-").FullName;
    private readonly SqliteDataSource _source;

    public SqliteDataSourceTests() => _source = new SqliteDataSource(Path.Combine(_folder, "one.db"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Connections_are_opened_with_the_durable_settings()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);

        Assert.Equal("wal", await Ask(connection, "PRAGMA journal_mode"));
        Assert.Equal(2L, await Ask(connection, "PRAGMA synchronous"));
        Assert.Equal(1L, await Ask(connection, "PRAGMA foreign_keys"));
        Assert.Equal(5_000L, await Ask(connection, "PRAGMA busy_timeout"));
    }

    [Fact]
    public async Task Transactions_of_many_writers_take_turns_and_lose_nothing()
    {
        await Run("CREATE TABLE counter(value INTEGER NOT NULL); INSERT INTO counter VALUES (0);");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(ReadAndAddOne, Cancel)));

        Assert.Equal((long)Writers, await Ask("SELECT value FROM counter"));
    }

    [Fact]
    public async Task A_statement_that_returns_rows_keeps_its_turn_until_its_reader_is_closed()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO item VALUES (1), (2) RETURNING id";
        var reader = await command.ExecuteReaderAsync(Cancel);
        Assert.True(await reader.ReadAsync(Cancel));

        var second = Run("INSERT INTO item VALUES (3)");
        Assert.False(second.IsCompleted);

        await reader.DisposeAsync();
        await second.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(3L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task A_disposed_transaction_is_rolled_back_and_gives_its_turn_up()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");

        await using (var connection = await _source.OpenConnectionAsync(Cancel))
        await using (var transaction = await connection.BeginTransactionAsync(Cancel))
        {
            await Run(connection, "INSERT INTO item VALUES (1)", transaction);
        }

        await Run("INSERT INTO item VALUES (2)").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(1L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task A_connection_closed_in_mid_transaction_gives_its_turn_up()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");

        await using (var connection = await _source.OpenConnectionAsync(Cancel))
        {
            _ = await connection.BeginTransactionAsync(Cancel);
        }

        await Run("INSERT INTO item VALUES (2)").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task A_failed_statement_gives_its_turn_up()
    {
        await Assert.ThrowsAnyAsync<DbException>(() => Run("INSERT INTO nothing VALUES (1)"));
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    [Fact]
    public async Task A_snapshot_reads_beside_a_writer()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var writer = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await writer.BeginTransactionAsync(Cancel);
        await Run(writer, "INSERT INTO item VALUES (1)", transaction);

        await using var reader = await _source.OpenConnectionAsync(Cancel);
        await Run(reader, "BEGIN DEFERRED").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(0L, await Ask(reader, "SELECT COUNT(*) FROM item"));
        await Run(reader, "COMMIT");

        await transaction.CommitAsync(Cancel);
        Assert.Equal(1L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task A_writer_that_no_longer_wants_its_turn_can_be_cancelled()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var other = await _source.OpenConnectionAsync(Cancel);
        var waiting = other.BeginTransactionAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_second_transaction_on_one_connection_is_refused_at_once()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.BeginTransactionAsync(Cancel).AsTask());
    }

    [Theory]
    [InlineData("SELECT 1", false)]
    [InlineData("  select 1", false)]
    [InlineData("WITH a AS (SELECT 1) SELECT * FROM a", false)]
    [InlineData("BEGIN DEFERRED", false)]
    [InlineData("WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", true)]
    [InlineData("SELECT 1; DELETE FROM a", true)]
    [InlineData("INSERT INTO a VALUES (1) RETURNING id", true)]
    [InlineData("PRAGMA wal_checkpoint", true)]
    public void What_may_write_is_told_by_its_text(string text, bool mayWrite) =>
        Assert.Equal(mayWrite, GatedCommand.MayWrite(text));

    private async Task ReadAndAddOne()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var value = (long)(await Ask(connection, "SELECT value FROM counter", transaction))!;
        await Run(connection, $"UPDATE counter SET value = {value + 1}", transaction);
        await transaction.CommitAsync(Cancel);
    }

    private async Task Run(string text)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await Run(connection, text);
    }

    private static async Task Run(DbConnection connection, string text, DbTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;

        if (transaction is not null)
        {
            command.Transaction = transaction;
        }

        await command.ExecuteNonQueryAsync(Cancel);
    }

    private async Task<object?> Ask(string text)
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        return await Ask(connection, text);
    }

    private static async Task<object?> Ask(DbConnection connection, string text, DbTransaction? transaction = null)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;

        if (transaction is not null)
        {
            command.Transaction = transaction;
        }

        return await command.ExecuteScalarAsync(Cancel);
    }
}
