using System.Globalization;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>
/// A chain with the real virtual machine whose slots move by hand, books, a lane and a keeper of lookup tables; both
/// can die and come back.
/// </summary>
internal sealed class TableScene : IAsyncDisposable
{
    private const int SlotsAStep = 4;
    private const int StepsMax = 600;
    private const ulong Lamports = 5_000_000_000;
    private const long Funds = 1_000_000_000;

    private readonly Keypair _key = Keypair.Generate();
    private readonly FakeTimeProvider _clock;
    private readonly PayoutOptions _options = new()
    {
        LookupPaymentsMin = 1,
        LookupPayeesMin = 1,
        LookupTablesEvery = TimeSpan.FromSeconds(1),
    };

    private readonly LookupRows _rows;
    private int _workers;
    private int _asked;
    private TableKeeper _keeper;
    private PayoutLane _lane;

    private TableScene(SolanaLocalnet chain, PaymentBooks books, FakeTimeProvider clock)
    {
        (Chain, Books, _clock) = (chain, books, clock);
        Desk = new TestDesk(books.Chunks);
        _rows = new LookupRows(books.Database, _clock);
        Rail = new SolanaRail(
            [chain.Rpc], chain.UsdcMint, new FileSigner(_key), Funds, tables: new TreasuryTables(_rows));
        _keeper = NewKeeper();
        _lane = NewLane();
    }

    public SolanaLocalnet Chain { get; }

    public PaymentBooks Books { get; }

    public TestDesk Desk { get; }

    public SolanaRail Rail { get; }

    public LookupRows Rows => _rows;

    public ICheckpoint Checkpoint { get; set; } = new NoCheckpoint();

    /// <summary>False: nobody makes or extends tables.</summary>
    public bool IsKept { get; set; } = true;

    public string Genesis => Chain.GenesisHash.ToString();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TableScene> Open()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        var chain = await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 0);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var scene = new TableScene(chain, await PaymentBooks.Open(clock), clock);
        await chain.Rpc.RequestAirdropAsync(scene.Rail.Treasury, Lamports, Cancel);
        await chain.MintUsdcAsync(scene.Rail.Treasury, Funds, Cancel);
        await chain.AdvanceAsync(40, Cancel);
        await scene.Scan();
        return scene;
    }

    /// <summary>Wallets with an account to pay into, so that no payment has to open one.</summary>
    public async Task OpenAccounts(int wallets)
    {
        for (var number = 1; number <= wallets; number++)
        {
            await Chain.MintUsdcAsync(LaneScene.Wallet(number).PublicKey, 1, Cancel);
        }

        await Chain.AdvanceAsync(40, Cancel);
    }

    /// <summary>A payout of so much to each of the first so many wallets.</summary>
    public async Task<IReadOnlyList<ChunkPayout>> Ask(int wallets, long micros)
    {
        var payouts = new List<ChunkPayout>();

        for (var number = 1; number <= wallets; number++)
        {
            var provider = PaymentBooks.Provider(number);
            var id = string.Create(CultureInfo.InvariantCulture, $"{number}-{++_asked}");
            var earned = new Journal(
                $"earn:{id}", "test",
                [.. Journal.Move(Chart.Suspense, Chart.Payable(provider), Usdc.FromMicros(micros))]);
            Assert.True((await Books.Book.Post(Entry.Of(earned), Cancel)).Stands);
            payouts.Add(new ChunkPayout(
                PayoutId.From(PrefixedId.Derive("payout", id)),
                provider,
                LaneScene.Wallet(number).PublicKey.ToString(),
                Usdc.FromMicros(micros),
                Usdc.Zero));
            Desk.Ask(payouts[^1]);
        }

        return payouts;
    }

    /// <summary>Steps of lane and keeper until something holds; who dies comes back as another one.</summary>
    public Task RunUntil(Func<Task<bool>> holds, string what) =>
        LaneSteps.Until(StepsMax, StepOnce, holds, what, () => (Desk.Frozen, LastReport));

    public LaneReport? LastReport { get; private set; }

    public async Task StepOnce()
    {
        try
        {
            LastReport = await _lane.Step(Cancel);

            if (IsKept)
            {
                await _keeper.Step(Cancel);
            }
        }
        catch (CrashPoint.CrashException)
        {
            _clock.Advance(TimeSpan.FromMinutes(2));
            (_lane, _keeper) = (NewLane(), NewKeeper());
        }

        await Chain.AdvanceAsync(SlotsAStep, Cancel);
        _clock.Advance(TimeSpan.FromSeconds(3));
    }

    public Task RunUntilPaid(IReadOnlyList<ChunkPayout> payouts) => RunUntil(
        () => LaneSteps.ArePaid(Books.Chunks, payouts, Cancel), "every payout is paid");

    /// <summary>Until a table of these first wallets is final, with nothing on its way.</summary>
    public Task RunUntilTabled(int wallets) => RunUntil(
        async () => await Table() is { State: LookupState.Active } table && table.Known == wallets + 2
            && table.Known == table.Places.Count && (await Rows.Alive(default, Genesis, Cancel)).Count == 0,
        "every wallet is in a table");

    /// <summary>The newest table.</summary>
    public async Task<StoredLookup?> Table() => await Rows.Of(default, Genesis, Cancel) is [.., var last] ? last : null;

    /// <summary>The table as the chain has it.</summary>
    public async Task<LookupTableAccount> OnChain(StoredLookup table)
    {
        var found = await Chain.Rpc.GetAccountInfoAsync(PublicKey.Parse(table.Address), ReadOptions.Finalized, Cancel);
        return LookupTableAccount.Decode(found.Value!.Data.Span)!;
    }

    /// <summary>Signed with the treasury's key by somebody who is not the product.</summary>
    public async Task Steal(params IReadOnlyList<Instruction> instructions)
    {
        var latest = (await Chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Confirmed, Cancel)).Value;
        var message = Message.Compile(Rail.Treasury, latest.Blockhash, instructions);
        var wire = new Transaction([_key.Sign(message.Encode())], message).Encode();
        await Chain.Rpc.SendTransactionAsync(wire, new SendOptions(), Cancel);
        await Chain.AdvanceAsync(40, Cancel);
    }

    public async Task<ulong> UsdcOf(string wallet)
    {
        var account = AssociatedTokenProgram.Address(PublicKey.Parse(wallet), Chain.UsdcMint);
        return (await Chain.Rpc.GetTokenAccountBalanceAsync(account, ReadOptions.Finalized, Cancel)).Value.Amount;
    }

    /// <summary>Every lamport that left the treasury is in the books, and each invariant about it holds.</summary>
    public async Task AssertReconciled()
    {
        await Chain.AdvanceAsync(40, Cancel);
        await Scan();
        var left = (await Chain.Rpc.GetBalanceAsync(Rail.Treasury, ReadOptions.Finalized, Cancel)).Value;
        Assert.Equal((long)(Lamports - left), (await Books.Book.Balance(Chart.NetworkCost, Cancel)).Amount);
        await Books.AssertBalanced();
        var report = await Audit();

        foreach (var id in new[] { "7", "payouts", "tables" })
        {
            var found = report.Invariants.Single(one => one.Id == id);
            Assert.True(
                found.Standing == Standing.Holds, $"{id} {found.Standing}: {string.Join('\n', found.Findings)}");
        }
    }

    /// <summary>What an audit says that reads this chain.</summary>
    public async Task<BooksReport> Audit()
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        var witness = new ChainWitness(
            new SolanaRailSource(Rail),
            Books.Deposits,
            new DepositAddressRows(Books.Database, _clock),
            new AnchorRows(Books.Database, _clock),
            _clock);
        return await new BooksAudit(Books.Database, _clock).Verify(
            new BooksEvidence { Chain = witness }, cancel: Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await Chain.DisposeAsync();
        await Books.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>Credits what came in, and would cry out about what went out and is none of ours.</summary>
    private async Task Scan()
    {
        var setting = new DepositSetting(
            Books.Deposits, Books.Chunks, new NoCheckpoint(), (why, _) => throw new InvalidOperationException(why));
        await new DepositScan(Rail, Chain.GenesisHash, setting).Look(Cancel);
    }

    private TableKeeper NewKeeper() => new(Rail, Rail.Tables!, new TableSetting
    {
        Deposits = Books.Deposits,
        Fees = new NetworkFees(Books.Book),
        Desk = Desk,
        Options = _options,
        Clock = _clock,
        Checkpoint = new Relay(this),
        Log = NullLogger.Instance,
    });

    private PayoutLane NewLane() => new(Rail, Chain.GenesisHash, new LaneSetting
    {
        Lane = "lane_0",
        Holder = $"worker-{++_workers}",
        Chunks = Books.Chunks,
        Book = Books.Book,
        Cursors = Books.Deposits,
        Desk = Desk,
        Options = _options,
        Clock = _clock,
        Checkpoint = new Relay(this),
        NewChunk = () => ChunkId.From(Guid.NewGuid()),
    });

    private sealed class Relay(TableScene scene) : ICheckpoint
    {
        public void Reach(string name) => scene.Checkpoint.Reach(name);
    }
}
