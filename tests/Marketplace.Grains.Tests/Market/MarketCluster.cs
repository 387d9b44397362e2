using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Grains.Webhooks;
using Marketplace.Ledger;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Webhooks;
using Marketplace.Solana.Keys;
using Marketplace.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Marketplace.Grains.Tests.Market;

/// <summary>
/// One silo with the product's wiring, the real books on a SQLite file, and a clock that stands until moved.
/// </summary>
public sealed class MarketCluster : IAsyncLifetime
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"market-{Guid.NewGuid():n}.db");
    private InProcessTestCluster? _cluster;
    private SqliteDataSource? _source;
    private Book? _book;

    internal MarketClock Clock { get; } = new(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));

    internal FaultyStorage Storage { get; } = new();

    internal MemoryBlobs Blobs { get; } = new();

    internal FakeReaders Readers { get; } = new();

    internal FakeAuditor Auditor { get; } = new();

    internal FakeLeafAuditor Leaves { get; } = new();

    internal FakeChannel Channel { get; } = new();

    internal WebhookSweep Webhooks => Service<WebhookSweep>();

    internal WebhookRows WebhookRows => Service<WebhookRows>();

    internal FakeNoiseMeter Noise { get; } = new();

    internal FakeLines Lines => field ??= new(() => Grains);

    internal FaultyBook Books { get; private set; } = null!;

    internal IGrainFactory Grains => _cluster!.Client;

    internal PlacementSweep Placement => Service<PlacementSweep>();

    internal HoldbackSweep Holdback => Service<HoldbackSweep>();

    internal FindingStore Findings => Service<FindingStore>();

    internal VerificationOptions Verification =>
        Service<Microsoft.Extensions.Options.IOptions<VerificationOptions>>().Value;

    internal IRegister Register => Service<IRegister>();

    internal FaultyRegister Rows { get; private set; } = null!;

    /// <summary>Whether models' texts must come with a commitment, from now on.</summary>
    internal void RequireCommitments(bool required) =>
        Service<Microsoft.Extensions.Options.IOptions<VerificationOptions>>().Value.RequireCommitments = required;

    /// <summary>Whether devices are told the model's id, from now on.</summary>
    internal void CommitToModelIds(bool told) =>
        Service<Microsoft.Extensions.Options.IOptions<VerificationOptions>>().Value.CommitToModelIds = told;

    internal ReceiptRows Receipts => Service<ReceiptRows>();

    internal ModelEntryRows Models => Service<ModelEntryRows>();

    internal AuditSecrets Secrets => Service<AuditSecrets>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _source = new SqliteDataSource(_path);
        await using (var connection = await _source.OpenConnectionAsync(Cancel))
        {
            foreach (var script in LedgerScripts.Read(LedgerScripts.SqlitePrefix))
            {
                await using var command = connection.CreateCommand();
                command.CommandText = script.Value;
                await command.ExecuteNonQueryAsync(Cancel);
            }
        }

        var database = LedgerDatabase.Sqlite(_source);
        _book = new Book(database, Clock);
        Books = new FaultyBook(_book);

        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => Add(silo.Services, database));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    /// <summary>Every activation ends, as in a restart: what was only in memory is gone.</summary>
    internal async Task Restart()
    {
        var management = Grains.GetGrain<IManagementGrain>(0);

        foreach (var grain in await management.GetDetailedGrainStatistics())
        {
            if (grain.GrainType.Contains("Marketplace", StringComparison.Ordinal)
                || grain.GrainId.Type.ToString() is "inference-job" or "render" or "device" or "order-book" or "batch" or "batch-desk")
            {
                await Grains.GetGrain<IGrainManagementExtension>(grain.GrainId).DeactivateOnIdle();
            }
        }
    }

    /// <summary>The host stops in order.</summary>
    internal Task Stop() => _cluster!.StopAllSilosAsync();

    /// <summary>Changes the ledger's rows, as if days had passed: moving the clock so far runs every timer on the way.</summary>
    internal async Task Sql(string statement)
    {
        await using var connection = await _source!.OpenConnectionAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        Assert.Equal(1, await command.ExecuteNonQueryAsync(Cancel));
    }

    internal async Task<long> Free(LedgerAccount account) => (await Books.Balance(account, Cancel)).Free;

    /// <summary>Gives a customer money that came in through the treasury.</summary>
    internal async Task Deposit(AccountId account, Usdc amount)
    {
        var legs = Journal.Move(Chart.Treasury, Chart.Available(account), amount);
        var journal = new Journal($"deposit:{account}:{Guid.NewGuid():n}", "deposit", [.. legs]);
        Assert.True((await Books.Post(Entry.Of(journal), Cancel)).Stands);
    }

    /// <summary>The work's escrow is empty and every asset of the books sums to zero.</summary>
    internal async Task AssertSettled(string work)
    {
        Assert.Equal(0, await Free(Chart.Escrow(work)));

        foreach (var asset in (await Books.TrialBalance(Cancel)).GroupBy(line => line.Asset, StringComparer.Ordinal))
        {
            Assert.Equal(0, asset.Sum(line => line.Balance));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _book?.Dispose();

        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();

        foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(_path) + "*"))
        {
            File.Delete(file);
        }
    }

    private TService Service<TService>()
        where TService : notnull => _cluster!.Silos[0].ServiceProvider.GetRequiredService<TService>();

    private void Add(IServiceCollection services, LedgerDatabase database)
    {
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(database);
        services.AddSingleton<IBook>(Books);
        services.AddSingleton<IRegister>(Rows = new(new Register(database, Books)));
        services.AddSingleton<IAuditLog>(new AuditLog(database, Clock));
        services.AddSingleton(new ReceiptRows(database));
        services.AddSingleton<IBlobStore>(Blobs);
        services.AddKeyedSingleton<IBlobStore>(FileView.BlobsKey, Blobs);
        services.AddKeyedSingleton<IBlobStore>(FindingView.BlobsKey, Blobs);
        services.AddSingleton<ISceneReader>(Readers);
        services.AddSingleton<IModelReader>(Readers);
        services.AddSingleton<IPromptCounter>(Readers);
        services.AddSingleton<ILogitAuditor>(Auditor);
        services.AddSingleton<ILeafAuditor>(Leaves);
        services.AddSingleton<INoiseMeter>(Noise);
        services.AddSingleton<IFrameAssembler>(Readers);
        services.AddSingleton<IBatchLines>(Lines);
        services.AddSingleton<ICheckpoint, NoCheckpoint>();
        services.AddSingleton<IGrainStorage>(Storage);
        services.AddKeyedSingleton<IGrainStorage>("Default", Storage);
        services.AddSingleton(new ReceiptSigner(Keypair.Generate()));
        services.AddSingleton<IWebhookChannel>(Channel);
        services.AddMarketplaceGrains();

        // Tests say themselves when what is due is sent.
        services.Configure<WebhookOptions>(options => options.Look = TimeSpan.FromDays(40));

        // Most texts here are of no model, and most units of no scene; tests of checks bring a commitment.
        services.Configure<VerificationOptions>(options => options.RequireCommitments = false);
    }
}
