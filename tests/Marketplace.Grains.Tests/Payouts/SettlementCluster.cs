using Marketplace.Domain;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;
using Marketplace.Testing.Solana;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.TestingHost;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>A silo with the production wiring of deposits and payouts over a chain in memory.</summary>
internal sealed class SettlementCluster : IAsyncDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private readonly InProcessTestCluster _cluster;

    private SettlementCluster(InProcessTestCluster cluster, PaymentBooks books, FakeSolana chain, SolanaRail rail)
    {
        _cluster = cluster;
        Books = books;
        Chain = chain;
        Rail = rail;
    }

    public PaymentBooks Books { get; }

    public FakeSolana Chain { get; }

    /// <summary>The books as the silo has them.</summary>
    public required FaultyBook Faults { get; init; }

    /// <summary>What silo and books take for the time.</summary>
    public required ShiftedClock Clock { get; init; }

    public SolanaRail Rail { get; }

    public IGrainFactory Grains => _cluster.Client;

    /// <summary>The options that the silo reads; a test may change them on the way.</summary>
    public PayoutOptions Options => _cluster.Silos[0].ServiceProvider.GetRequiredService<IOptions<PayoutOptions>>().Value;

    public static async Task<SettlementCluster> Open(
        ICheckpoint? checkpoint = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        params SolanaRail[] further)
    {
        var clock = new ShiftedClock();
        var books = await PaymentBooks.Open(clock);
        var faults = new FaultyBook(books.Book);
        var chain = new FakeSolana { SlotsPerPoll = 8 };
        var key = Marketplace.Solana.Keys.Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        var rail = new SolanaRail([chain], chain.UsdcMint, new Marketplace.Solana.Keys.FileSigner(key), 1_000_000_000);
        chain.SetLamports(rail.Treasury, 5_000_000_000);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureHost(host => host.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Payouts:WalletChangeLock"] = "00:00:00",
            ["Payouts:StepEvery"] = "00:00:00.020",
            ["Payouts:SendEvery"] = "00:00:00.020",
            ["Payouts:SweepEvery"] = "00:00:00.200",
            ["Deposits:PollEvery"] = "00:00:00.050",
        }).AddInMemoryCollection(settings ?? new Dictionary<string, string?>(StringComparer.Ordinal)));
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services.AddSingleton(books.Database);
            silo.Services.AddSingleton<IBook>(faults);
            silo.Services.AddSingleton<IRegister>(new Register(books.Database, books.Book));
            silo.Services.AddSingleton<IAuditLog>(new AuditLog(books.Database, TimeProvider.System));
            silo.Services.AddSingleton(new SolanaRailSource(rail, [.. further]));
            silo.Services.AddSingleton<TimeProvider>(clock);
            silo.Services.AddSingleton(checkpoint ?? new NoCheckpoint());
            silo.Services.AddSingleton(new Marketplace.Grains.Verification.ReceiptSigner(
                Marketplace.Solana.Keys.Keypair.Generate()));
            silo.Services.AddKeyedSingleton<IBlobStore>(FindingView.BlobsKey, new MemoryBlobs());
            silo.Services.AddMarketplaceGrains();
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SettlementCluster(cluster, books, chain, rail) { Clock = clock, Faults = faults };
    }

    /// <summary>Asks until the answer fits; the timeout names what was awaited.</summary>
    public static async Task<T> Until<T>(Func<Task<T>> ask, Func<T, bool> fits, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(WaitMax);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var last = await ask();

        try
        {
            while (!fits(last))
            {
                await pace.WaitForNextTickAsync(limit.Token);
                last = await ask();
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"In {WaitMax} not yet: {what}; the last answer was {last}");
        }

        return last;
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await Books.DisposeAsync();
    }
}
