using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>A chain in memory, books in a file, a desk, and a lane that can die and come back.</summary>
internal sealed class LaneScene : IAsyncDisposable
{
    private const int StepsMax = 400;
    private const ulong Lamports = 5_000_000_000;

    private readonly Keypair _key = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
    private int _workers;

    private LaneScene(FakeTimeProvider clock, PaymentBooks books, bool hasNonces, int nodes, int quorum)
    {
        Clock = clock;
        Books = books;
        Desk = new TestDesk(books.Chunks);
        Nodes = [.. Enumerable.Range(0, nodes).Select(_ => new SolanaNode(Chain))];
        Rail = new SolanaRail([.. Nodes], Chain.UsdcMint, new FileSigner(_key), 1_000_000_000, hasNonces,
            rules: new NodeRules { Quorum = quorum });
        Chain.SetLamports(Rail.Treasury, Lamports);
        Lane = NewLane();
    }

    public FakeTimeProvider Clock { get; }

    public PaymentBooks Books { get; }

    public FakeSolana Chain { get; } = new() { SlotsPerPoll = 4 };

    /// <summary>The nodes that the lane asks: all of the same chain.</summary>
    public IReadOnlyList<SolanaNode> Nodes { get; }

    public TestDesk Desk { get; }

    public SolanaRail Rail { get; }

    public ICheckpoint Checkpoint { get; set; } = new NoCheckpoint();

    /// <summary>Taken by the next worker.</summary>
    public PayoutOptions Options { get; set; } = new();

    public PayoutLane Lane { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<LaneScene> Open(bool hasNonces = true, int nodes = 1, int quorum = 2)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var scene = new LaneScene(clock, await PaymentBooks.Open(clock), hasNonces, nodes, quorum);
        return scene;
    }

    public static Keypair Wallet(int number) => Keypair.FromSeed(Enumerable.Repeat((byte)(100 + number), 32).ToArray());

    /// <summary>A provider with this much in books and on chain, and a payout of all of it.</summary>
    public async Task<ChunkPayout> Ask(int number, long micros, PublicKey? wallet = null)
    {
        var provider = PaymentBooks.Provider(number);
        await Books.Earn(provider, micros, $"earn:{number}");
        Chain.MintUsdc(Rail.Treasury, (ulong)micros);
        var payout = new ChunkPayout(
            PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
            provider,
            (wallet ?? Wallet(number).PublicKey).ToString(),
            Usdc.FromMicros(micros),
            Usdc.Zero);
        Desk.Ask(payout);
        return payout;
    }

    /// <summary>The process dies and another one takes over: nothing but rows and chain is left.</summary>
    public void Restart()
    {
        Clock.Advance(TimeSpan.FromMinutes(2));
        Lane = NewLane();
    }

    /// <summary>Steps until a condition holds; crashes are followed by a restart.</summary>
    public Task RunUntil(Func<Task<bool>> holds, string what) =>
        LaneSteps.Until(StepsMax, StepOnce, holds, what, () => (Desk.Frozen, LastReport));

    public LaneReport? LastReport { get; private set; }

    public async Task StepOnce()
    {
        try
        {
            LastReport = await Lane.Step(Cancel);
        }
        catch (CrashPoint.CrashException)
        {
            Restart();
        }

        Chain.Advance(1);
        Clock.Advance(TimeSpan.FromSeconds(1));
    }

    public Task RunUntilPaid(params ChunkPayout[] payouts) => RunUntil(
        () => LaneSteps.ArePaid(Books.Chunks, payouts, Cancel), "every payout is paid");

    /// <summary>The wallet has exactly the amount, the books have posted it once, and nothing is held.</summary>
    public async Task AssertPaidOnce(ChunkPayout payout)
    {
        Assert.Equal((ulong)payout.Amount.Micros, Chain.UsdcOf(PublicKey.Parse(payout.Wallet)));
        Assert.Equal(0, await Books.Payable(payout.Provider));
        Assert.Equal(0, await Books.Held(payout.Provider));
        await Books.AssertBalanced();
    }

    /// <summary>Books and chain agree about the treasury.</summary>
    public async Task AssertReconciled() =>
        Assert.Equal(await Books.Treasury(), (long)Chain.UsdcOf(Rail.Treasury));

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return Books.DisposeAsync();
    }

    private PayoutLane NewLane() => new(Rail, Chain.GenesisHash, new LaneSetting
    {
        Lane = "lane_0",
        Holder = $"worker-{++_workers}",
        Chunks = Books.Chunks,
        Book = Books.Book,
        Cursors = Books.Deposits,
        Desk = Desk,
        Options = Options,
        Clock = Clock,
        Checkpoint = new Relay(this),
        NewChunk = () => ChunkId.From(Guid.NewGuid()),
    });

    private sealed class Relay(LaneScene scene) : ICheckpoint
    {
        public void Reach(string name) => scene.Checkpoint.Reach(name);
    }
}
