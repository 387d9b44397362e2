using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Host.Ledger;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Host.Tests.Ledger;

/// <summary>A whole host on SQLite, whose books are broken by hand.</summary>
public sealed class BooksWatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-watch-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_break_stops_payouts_and_is_written_down_once()
    {
        await using var host = await Start(new Processor());
        var app = host.App;
        var watch = app.Services.GetRequiredService<BooksWatch>();
        Assert.True((await watch.Look(BooksScope.Whole, Cancel)).Holds);
        Assert.Null(await FrozenBecause(app));

        Forge();
        Assert.False((await watch.Look(BooksScope.Start, Cancel)).Holds);
        Assert.False((await watch.Look(BooksScope.Start, Cancel)).Holds);

        Assert.StartsWith("books-frozen: invariant 1: usdc: balances sum to 7", await FrozenBecause(app), StringComparison.Ordinal);
        var acts = await app.Services.GetRequiredService<IAuditLog>().List(null, 10, Cancel);
        Assert.Equal(
            "books.broken payouts.freeze",
            string.Join(' ', acts.Where(act => act.Actor == "books").Select(act => act.Action)));
    }

    [Fact]
    public async Task A_difference_with_the_outside_counts_when_it_is_still_there()
    {
        var processor = new Processor();
        await using var host = await Start(processor);
        var app = host.App;
        var watch = app.Services.GetRequiredService<BooksWatch>();

        processor.Balances = new([5, 0]);
        Assert.True((await watch.Look(BooksScope.Whole, Cancel)).Holds);
        Assert.Null(await FrozenBecause(app));

        processor.Balances = new([5, 6]);
        Assert.True((await watch.Look(BooksScope.Whole, Cancel)).Holds);
        Assert.Null(await FrozenBecause(app));

        processor.Balances = new([5, 5]);
        Assert.False((await watch.Look(BooksScope.Whole, Cancel)).Holds);
        Assert.Contains("invariant 8", await FrozenBecause(app), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_is_down_stops_nothing()
    {
        await using var host = await Start(new Processor { Balances = new([]) });
        var app = host.App;
        var report = await app.Services.GetRequiredService<BooksWatch>().Look(BooksScope.Whole, Cancel);

        Assert.True(report.Holds);
        Assert.False(report.IsReachable);
        Assert.Null(await FrozenBecause(app));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<string?> FrozenBecause(WebApplication app) =>
        app.Services.GetRequiredService<IGrainFactory>().GetGrain<IPayoutControlGrain>(0).FrozenBecause(Cancel);

    private async Task<Running> Start(Processor processor)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--Host:Url=http://127.0.0.1:0", $"--Storage:DataDirectory={_folder}", "--Books:ConfirmAfter=00:00:00",
            "--Logging:LogLevel:Default=Error",
        ]);
        builder.AddMarketplaceHost();
        builder.Services.AddSingleton<IStripeEvidence>(processor);
        var app = builder.Build();
        await app.StartAsync(Cancel);
        return new(app);
    }

    private void Forge()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "ledger.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO account(name, asset, class, floored, balance) VALUES ('X:usdc:forged', 'usdc', 'X', 0, 7)";
        command.ExecuteNonQuery();
    }

    private sealed record Running(WebApplication App) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await App.StopAsync(CancellationToken.None);
            await App.DisposeAsync();
        }
    }

    /// <summary>A card processor that says one balance after the other, and is down when it has none left.</summary>
    private sealed class Processor : IStripeEvidence
    {
        public Queue<long>? Balances { get; set; }

        public Task<StripeEvidence> Read(CancellationToken cancel = default) => Balances is null
            ? Task.FromResult(new StripeEvidence(0, []))
            : Task.FromResult(new StripeEvidence(
                Balances.TryDequeue(out var balance) ? balance : throw new IOException("the processor is down"), []));
    }
}
