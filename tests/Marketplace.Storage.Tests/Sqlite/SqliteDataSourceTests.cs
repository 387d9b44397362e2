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
    public async Task What_a_statement_may_take_back_is_kept_in_memory()
    {
        const long memory = 2;
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);

        Assert.Equal(memory, await Ask(connection, "PRAGMA temp_store", transaction));
    }

    [Fact]
    public async Task One_session_writes_for_all_and_keeps_its_pages()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var first = await _source.OpenConnectionAsync(Cancel);
        await using var second = await _source.OpenConnectionAsync(Cancel);

        // A temporary table is seen by the session that made it and by no other.
        await using (var transaction = await first.BeginTransactionAsync(Cancel))
        {
            await Run(first, "CREATE TEMP TABLE mark(id INTEGER PRIMARY KEY)", transaction);
            await transaction.CommitAsync(Cancel);
        }

        await Run(second, "INSERT INTO mark VALUES (7)");

        await using (var transaction = await second.BeginTransactionAsync(Cancel))
        {
            Assert.Equal(7L, await Ask(second, "SELECT id FROM mark", transaction));
            Assert.Equal(SqliteDataSource.WriterCacheKib, -(long)(await Ask(second, "PRAGMA cache_size", transaction))!);
        }

        await Assert.ThrowsAnyAsync<DbException>(() => Ask(second, "SELECT id FROM mark"));
    }

    [Fact]
    public async Task A_writer_that_was_left_in_mid_transaction_is_not_used_again()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");

        await using (var careless = await _source.OpenConnectionAsync(Cancel))
        {
            var transaction = await careless.BeginTransactionAsync(Cancel);
            await Run(careless, "CREATE TEMP TABLE mark(id INTEGER PRIMARY KEY)", transaction);
            await Run(careless, "INSERT INTO item VALUES (1)", transaction);
        }

        await Assert.ThrowsAnyAsync<DbException>(() => Run("INSERT INTO mark VALUES (7)"));
        await Run("INSERT INTO item VALUES (2)");
        Assert.Equal(1L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task On_a_thread_of_the_pool_a_statement_is_run_where_it_is_and_a_grain_is_left()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        var grain = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        using var gate = new ManualResetEventSlim();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id FROM item";

        Assert.True(await Task.Run(() => command.ExecuteScalarAsync(Cancel).IsCompleted, Cancel));

        var ran = await Task.Factory.StartNew(
            () => OffThread.Run(() => gate.Wait(TimeSpan.FromSeconds(10), Cancel)),
            Cancel,
            TaskCreationOptions.None,
            grain);
        Assert.False(ran.IsCompleted);
        gate.Set();
        Assert.True(await ran);
    }

    [Fact]
    public async Task A_fault_on_a_thread_of_the_pool_is_the_tasks()
    {
        var fault = await Task.Run(() => OffThread.Run(int () => throw new TimeoutException()), Cancel)
            .ContinueWith(task => task.Exception?.InnerException, TaskScheduler.Default);

        Assert.IsType<TimeoutException>(fault);
    }

    [Fact]
    public async Task Values_of_an_earlier_run_do_not_stay()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);

        Assert.Equal("1,2", await Join(connection, ("a", 1L), ("b", 2L)));
        Assert.Equal("3,4", await Join(connection, ("a", 3L), ("b", 4L)));
        Assert.Equal("6,5", await Join(connection, ("b", 5L), ("a", 6L)));
        Assert.Equal("x,8", await Join(connection, ("b", 8L), ("a", "x")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Join(connection, ("b", 9L)));
    }

    [Fact]
    public async Task Transactions_of_many_writers_take_turns_and_lose_nothing()
    {
        await Run("CREATE TABLE counter(value INTEGER NOT NULL); INSERT INTO counter VALUES (0);");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(ReadAndAddOne, Cancel)));

        Assert.Equal((long)Writers, await Ask("SELECT value FROM counter"));
    }

    [Fact]
    public async Task A_statement_that_returns_rows_is_committed_before_they_are_read()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO item VALUES (1), (2) RETURNING id";
        var reader = await command.ExecuteReaderAsync(Cancel);
        Assert.True(await reader.ReadAsync(Cancel));

        await Run("INSERT INTO item VALUES (3)").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(3L, await Ask("SELECT COUNT(*) FROM item"));

        await reader.DisposeAsync();
    }

    [Fact]
    public async Task Several_statements_in_one_text_keep_their_turn_until_the_reader_is_closed()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO item VALUES (1), (2) RETURNING id; SELECT 1";
        var reader = await command.ExecuteReaderAsync(Cancel);
        Assert.True(await reader.ReadAsync(Cancel));

        var second = Run("INSERT INTO item VALUES (3)");
        Assert.False(second.IsCompleted);

        await reader.DisposeAsync();
        await second.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(3L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task Statements_that_wait_together_share_a_commit_and_each_answers_for_itself()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        var writers = new List<DbConnection>();

        // Open before they write: then a command stands in line as soon as it is called.
        while (writers.Count < 22)
        {
            writers.Add(await _source.OpenConnectionAsync(Cancel));
        }

        var transaction = await connection.BeginTransactionAsync(Cancel);
        var waiting = Enumerable.Range(1, 20)
            .Select(id => Run(writers[id - 1], $"INSERT INTO item VALUES ({id})"))
            .ToArray();
        var twice = Run(writers[20], "INSERT INTO item VALUES (7)");
        var broken = Run(writers[21], "INSERT INTO nothing VALUES (1)");
        var before = await LogFrames();

        await transaction.DisposeAsync();
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        await Assert.ThrowsAnyAsync<DbException>(() => twice);
        await Assert.ThrowsAnyAsync<DbException>(() => broken);
        Assert.Equal(20L, await Ask("SELECT COUNT(*) FROM item"));

        // Twenty commits of their own would have written the table's page twenty times.
        Assert.InRange(await LogFrames() - before, 1, 3);

        foreach (var writer in writers)
        {
            await writer.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_write_that_finds_the_line_full_fails_and_the_next_one_goes_on()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        using var pass = await _source.Gate.Enter(Cancel);
        var line = Enumerable.Range(0, WriterGate.WaitersMax).Select(_ => _source.Gate.Enter(Cancel).AsTask()).ToArray();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Run("INSERT INTO item VALUES (1)").WaitAsync(TimeSpan.FromSeconds(10), Cancel));

        pass.Dispose();

        foreach (var next in line)
        {
            (await next).Dispose();
        }

        await Run("INSERT INTO item VALUES (2)").WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(2L, await Ask("SELECT SUM(id) FROM item"));
    }

    [Fact]
    public async Task A_statement_that_no_longer_wants_to_run_is_left_out_of_the_commit()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        var transaction = await connection.BeginTransactionAsync(Cancel);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using var other = await _source.OpenConnectionAsync(Cancel);
        await using var command = other.CreateCommand();
        command.CommandText = "INSERT INTO item VALUES (1)";
        var waiting = command.ExecuteNonQueryAsync(cancel.Token);

        await cancel.CancelAsync();
        await transaction.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0L, await Ask("SELECT COUNT(*) FROM item"));
    }

    [Fact]
    public async Task One_text_may_be_read_twice_at_the_same_time_on_one_connection()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var first = connection.CreateCommand();
        await using var second = connection.CreateCommand();
        first.CommandText = second.CommandText = "SELECT value FROM json_each('[1,2]')";
        await using var outer = await first.ExecuteReaderAsync(Cancel);
        await using var inner = await second.ExecuteReaderAsync(Cancel);

        Assert.True(await outer.ReadAsync(Cancel));
        Assert.True(await inner.ReadAsync(Cancel));
        Assert.True(await outer.ReadAsync(Cancel));
        Assert.Equal((2L, 1L), (outer.GetInt64(0), inner.GetInt64(0)));
    }

    [Fact]
    public async Task What_one_connection_left_behind_is_not_seen_by_the_next()
    {
        await Run("CREATE TABLE item(id INTEGER PRIMARY KEY)");

        await using (var careless = await _source.OpenConnectionAsync(Cancel))
        {
            await Run(careless, "BEGIN DEFERRED");
            Assert.Equal(0L, await Ask(careless, "SELECT COUNT(*) FROM item"));
        }

        await Run("INSERT INTO item VALUES (1)");
        Assert.Equal(1L, await Ask("SELECT COUNT(*) FROM item"));
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
        Assert.Equal(mayWrite, PreparedText.IsWriter(text));

    [Theory]
    [InlineData("INSERT INTO a VALUES (1) RETURNING id", true)]
    [InlineData(" update a SET b = 1; ", true)]
    [InlineData("WITH c AS (SELECT 1) INSERT INTO b SELECT * FROM c", true)]
    [InlineData("WITH c AS (SELECT 1) SELECT * FROM c", false)]
    [InlineData("UPDATE a SET b = 1; SELECT changes()", false)]
    [InlineData("CREATE TABLE a(b)", false)]
    [InlineData("PRAGMA wal_checkpoint", false)]
    [InlineData("VACUUM", false)]
    public void Only_one_statement_that_changes_rows_shares_a_commit(string text, bool isOne) =>
        Assert.Equal(isOne, PreparedText.IsOneStatement(text));

    private static async Task<object?> Join(DbConnection connection, params (string Name, object Value)[] values)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT @a || ',' || @b";

        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@{name}", value);
            command.Parameters.Add(parameter);
        }

        return await command.ExecuteScalarAsync(Cancel);
    }

    private async Task ReadAndAddOne()
    {
        await using var connection = await _source.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var value = (long)(await Ask(connection, "SELECT value FROM counter", transaction))!;
        await Run(connection, $"UPDATE counter SET value = {value + 1}", transaction);
        await transaction.CommitAsync(Cancel);
    }

    /// <summary>Pages that commits have written to the log since it was begun.</summary>
    private async Task<long> LogFrames()
    {
        const int headerBytes = 32;
        const int frameHeaderBytes = 24;
        var page = (long)(await Ask("SELECT page_size FROM pragma_page_size"))!;
        return (new FileInfo(_source.Path + "-wal").Length - headerBytes) / (page + frameHeaderBytes);
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
