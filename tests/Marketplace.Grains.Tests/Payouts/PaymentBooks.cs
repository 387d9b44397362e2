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
    /// <summary>A file with every table and no row: the scripts take longer than most tests.</summary>
    private static readonly Lazy<Task<byte[]>> Empty = new(MakeEmpty);

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
        await File.WriteAllBytesAsync(path, await Empty.Value, Cancel);

        return new PaymentBooks(path, new SqliteDataSource(path), clock);
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

    private static async Task<byte[]> MakeEmpty()
    {
        var folder = Directory.CreateTempSubdirectory("books-").FullName;
        var (made, whole) = (Path.Combine(folder, "made.db"), Path.Combine(folder, "whole.db"));

        await using (var source = new SqliteDataSource(made))
        {
            await using var connection = await source.OpenConnectionAsync(CancellationToken.None);

            foreach (var sql in (string[])
                [.. LedgerScripts.Read(LedgerScripts.SqlitePrefix).Select(script => script.Value), $"VACUUM INTO '{whole}'"])
            {
                await using var command = connection.CreateCommand();
                command.CommandText = sql;
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }

        var bytes = await File.ReadAllBytesAsync(whole);
        Directory.Delete(folder, recursive: true);
        return bytes;
    }
}
