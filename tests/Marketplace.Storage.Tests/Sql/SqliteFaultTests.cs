using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Tests.Sql;

public sealed class SqliteFaultTests : IAsyncDisposable
{
    private const int Busy = 5;
    private const int WritesBeforeKill = 50;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(60);
    private readonly SqliteStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_was_answered_before_a_kill_is_there_after_it()
    {
        var store = await _store.Open();
        using var writer = KilledWriter.Start(_store.Source.Path);
        var answered = 0;

        try
        {
            while (answered < WritesBeforeKill)
            {
                var line = await writer.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(AnswerMax, Cancel);
                Assert.NotNull(line);
                answered = int.Parse(line, CultureInfo.InvariantCulture);
            }
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(Cancel);
        }

        var read = await KilledWriter.Row.Read(store);
        Assert.NotNull(read);
        Assert.True(read.Value.Version >= answered, $"read {read.Value.Version}, answered {answered}");
        Assert.Equal(BitConverter.GetBytes(read.Value.Version), read.Value.Payload);
        Assert.Equal(read.Value.Version + 1, await KilledWriter.Row.Write(store, read.Value.Version, [1]));
    }

    [Fact]
    public async Task After_a_busy_lock_the_same_connection_writes_again()
    {
        var store = await _store.Open();
        var row = new GrainRow("dev_busy");

        await using (var other = new SqliteConnection(_store.Source.ConnectionString))
        {
            await other.OpenAsync(Cancel);
            await using var transaction = other.BeginTransaction(deferred: false);
            var error = await Assert.ThrowsAsync<SqliteException>(() => WriteWithin(1));
            Assert.Equal(Busy, error.SqliteErrorCode);
        }

        Assert.Equal(1, await row.Write(store, null, [1]));
        Assert.Equal(2, await row.Write(store, 1, [2]));
    }

    private async Task WriteWithin(int seconds)
    {
        await using var connection = await _store.Source.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO OrleansQuery VALUES('x', 'x') RETURNING QueryKey";
        command.CommandTimeout = seconds;
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        await reader.ReadAsync(Cancel);
    }
}
