using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Books in a SQLite file of their own, with money in them.</summary>
internal sealed class PaymentBooks : IAsyncDisposable
{
    private readonly string _path;
    private readonly SqliteDataSource _source;

    private PaymentBooks(string path, SqliteDataSource source, TimeProvider clock)
    {
        _path = path;
        _source = source;
        Database = LedgerDatabase.Sqlite(source);
        Book = new Book(Database, clock);
        Chunks = new PayoutChunks(Database, clock);
        Deposits = new DepositRows(Database, clock);
    }

    public LedgerDatabase Database { get; }

    public Book Book { get; }

    public PayoutChunks Chunks { get; }

    public DepositRows Deposits { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PaymentBooks> Open(TimeProvider clock)
    {
        var path = Path.Combine(Path.GetTempPath(), $"payouts-{Guid.NewGuid():n}.db");
        var source = new SqliteDataSource(path);
        await using var connection = await source.OpenConnectionAsync(Cancel);

        foreach (var script in LedgerScripts.Read(LedgerScripts.SqlitePrefix))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = script.Value;
            await command.ExecuteNonQueryAsync(Cancel);
        }

        return new PaymentBooks(path, source, clock);
    }

    public static ProviderId Provider(int number) => ProviderId.From(PrefixedId.Derive("provider", $"{number}"));

    public static AccountId Customer(int number) => AccountId.From(PrefixedId.Derive("customer", $"{number}"));

    /// <summary>A provider may withdraw this much, and the treasury has it.</summary>
    public async Task Earn(ProviderId provider, long micros, string key, RailName rail = default)
    {
        var journal = new Journal(key, "test", [.. Journal.Move(Chart.TreasuryOf(rail), Chart.Payable(provider), Usdc.FromMicros(micros))]);
        Assert.True((await Book.Post(Entry.Of(journal), Cancel)).Stands);
    }

    public async Task<long> Payable(ProviderId provider) => (await Book.Balance(Chart.Payable(provider), Cancel)).Amount;

    public async Task<long> Held(ProviderId provider) => (await Book.Balance(Chart.Payable(provider), Cancel)).Held;

    public async Task<long> Treasury(RailName rail = default) =>
        (await Book.Balance(Chart.TreasuryOf(rail), Cancel)).Amount;

    public async Task AssertBalanced()
    {
        foreach (var asset in (await Book.TrialBalance(Cancel)).GroupBy(line => line.Asset, StringComparer.Ordinal))
        {
            Assert.Equal(0, asset.Sum(line => line.Balance));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Book.Dispose();
        await _source.DisposeAsync();
        SqliteConnection.ClearAllPools();

        foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(_path) + "*"))
        {
            File.Delete(file);
        }
    }
}
