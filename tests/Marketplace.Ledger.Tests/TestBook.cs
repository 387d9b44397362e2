using System.Data.Common;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Tests;

/// <summary>A fresh database with its scripts run, and the parts that work on it.</summary>
public sealed class TestBook : IAsyncDisposable
{
    private readonly Func<ValueTask> _drop;

    private TestBook(LedgerDatabase database, DbDataSource source, Func<ValueTask> drop)
    {
        _drop = drop;
        Database = database;
        Source = source;
        Book = new(database, TimeProvider.System);
        Register = new(database, Book);
        Audit = new(database, TimeProvider.System);
        Receipts = new(database);
    }

    public LedgerDatabase Database { get; }

    public DbDataSource Source { get; }

    public Book Book { get; }

    public Register Register { get; }

    public AuditLog Audit { get; }

    public ReceiptRows Receipts { get; }

    public static AccountId Customer(int n = 1) => AccountId.From(PrefixedId.Derive("customer", $"{n}"));

    public static ProviderId Provider(int n = 1) => ProviderId.From(PrefixedId.Derive("provider", $"{n}"));

    public static Usdc Micros(long micros) => Usdc.FromMicros(micros);

    public static async Task<TestBook> Open(
        LedgerDatabase database, DbDataSource source, string prefix, Func<ValueTask> drop)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await source.OpenConnectionAsync(cancel);

        foreach (var script in LedgerScripts.Read(prefix))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = script.Value;
            await command.ExecuteNonQueryAsync(cancel);
        }

        return new(database, source, drop);
    }

    /// <summary>Gives a customer money that came in through the treasury.</summary>
    public async Task Fund(AccountId customer, long micros, string key = "deposit:test") =>
        Assert.IsType<PostOutcome.Posted>(await Book.Post(
            Entry.Of(Journals.Move($"{key}:{customer}", Chart.Treasury, Chart.Available(customer), micros)),
            TestContext.Current.CancellationToken));

    public async Task<long> Free(LedgerAccount account) =>
        (await Book.Balance(account, TestContext.Current.CancellationToken)).Free;

    /// <summary>Runs one statement as it stands, as a hostile or mistaken program would.</summary>
    public async Task Sql(params string[] statements)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await Source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        foreach (var statement in statements)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(cancel);
        }

        await transaction.CommitAsync(cancel);
    }

    public async Task<long> Count(string sql)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await Source.OpenConnectionAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;

        return Convert.ToInt64(await command.ExecuteScalarAsync(cancel), System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task AssertBalanced()
    {
        var lines = await Book.TrialBalance(TestContext.Current.CancellationToken);

        foreach (var asset in lines.GroupBy(line => line.Asset, StringComparer.Ordinal))
        {
            Assert.Equal(0, asset.Sum(line => line.Balance));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Book.Dispose();
        await Source.DisposeAsync();
        await _drop();
    }
}
