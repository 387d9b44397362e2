using System.Diagnostics;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>
/// Many payouts by several lanes against the local chain while calls, blocks and workers are lost. At the end every
/// wallet holds exactly what it is owed, no hold is open, and the books agree with the chain to the last lamport.
/// </summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private const int PayoutsPerChunk = 5;
    private const int SlotMilliseconds = 40;
    private const double CrashProbability = 0.06;
    private const ulong Lamports = 100_000_000_000;
    private const int FinalitySlots = 40;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LaneLease = TimeSpan.FromMilliseconds(600);

    private readonly ChaosSetting _setting;
    private readonly SolanaLocalnet _chain;
    private readonly PaymentBooks _books;
    private readonly HttpClient _secondHttp;
    private readonly SolanaRail _rail;
    private readonly ChaosDesk _desk;
    private readonly ChaosPoints _points;
    private readonly Random _random;
    private readonly List<ChunkPayout> _payouts = [];
    private readonly Dictionary<PublicKey, ulong> _before = [];
    private int _workers;
    private int _rollbacks;

    private ChaosRun(ChaosSetting setting, SolanaLocalnet chain, PaymentBooks books, bool hasNonces, int seed)
    {
        _setting = setting;
        _chain = chain;
        _books = books;
        _secondHttp = new HttpClient(new SocketsHttpHandler()) { BaseAddress = chain.RpcUrl };
        _rail = new SolanaRail(
            [chain.Rpc, new HttpSolanaRpc(_secondHttp)],
            chain.UsdcMint,
            new FileSigner(Keypair.Generate()),
            1_000_000_000,
            hasNonces)
        {
            ExpiryMargin = 30,
        };
        _desk = new ChaosDesk(books.Chunks, PayoutsPerChunk, seed);
        _points = new ChaosPoints(CrashProbability, seed);
        _random = new Random(seed);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ChaosRun> Open(ChaosSetting setting, bool hasNonces, int seed)
    {
        var chain = await SolanaLocalnet.StartAsync(Cancel, SlotMilliseconds);
        return new ChaosRun(setting, chain, await PaymentBooks.Open(TimeProvider.System), hasNonces, seed);
    }

    public async Task<ChaosReport> Go(int payouts, int lanes, TimeSpan most)
    {
        await Fund(payouts);
        await Prepare(lanes);
        var watch = Stopwatch.StartNew();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var trouble = TroubleMaker(over.Token);

        foreach (var payout in _payouts)
        {
            _desk.Ask(payout);
        }

        var workers = Enumerable.Range(0, lanes).Select(lane => Work(_rail.LaneName(lane), over.Token)).ToArray();
        await AwaitAllPaid(most);
        var seconds = watch.Elapsed.TotalSeconds;
        await over.CancelAsync();
        await Task.WhenAll([.. workers, trouble]);

        var hits = await _chain.CallAsync("localnet_faultHits", [], Cancel);
        await _chain.CallAsync("localnet_clearFaults", [], Cancel);
        await _chain.AdvanceAsync(_setting.QuietAfterSlots + FinalitySlots, Cancel);
        await AssertBooks();
        return await Report(hits, seconds);
    }

    public async ValueTask DisposeAsync()
    {
        _secondHttp.Dispose();
        await _chain.DisposeAsync();
        await _books.DisposeAsync();
    }

    /// <summary>Providers with earnings; three of four wallets have a token account, the others get one.</summary>
    private async Task Fund(int payouts)
    {
        await _chain.Rpc.RequestAirdropAsync(_rail.Treasury, Lamports, Cancel);

        for (var number = 1; number <= payouts; number++)
        {
            var provider = PaymentBooks.Provider(number);
            using var wallet = Keypair.Generate();
            var amount = Usdc.FromMicros(1_000_000 + number);
            await _books.Earn(provider, amount.Micros, $"earn:{number}");
            _before[wallet.PublicKey] = 0;

            if (number % 4 != 0)
            {
                await _chain.MintUsdcAsync(wallet.PublicKey, 1, Cancel);
                _before[wallet.PublicKey] = 1;
            }

            _payouts.Add(new ChunkPayout(
                PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
                provider,
                wallet.PublicKey.ToString(),
                amount,
                Usdc.Zero));
        }

        await _chain.MintUsdcAsync(_rail.Treasury, _payouts.Sum(row => row.Amount.Micros), Cancel);
        await _chain.AdvanceAsync(FinalitySlots, Cancel);
    }

    /// <summary>Accounts of the treasury and the lanes are opened in quiet weather.</summary>
    private async Task Prepare(int lanes)
    {
        for (var lane = 0; lane < lanes; lane++)
        {
            var worker = NewLane(_rail.LaneName(lane), new NoCheckpoint());

            while ((await worker.Step(Cancel)).Next != LaneNext.WhenWoken)
            {
                await _chain.AdvanceAsync(FinalitySlots, Cancel);
            }

            await worker.Leave(Cancel);
        }
    }

    private async Task Work(string lane, CancellationToken over)
    {
        var worker = NewLane(lane, _points);
        using var pace = new PeriodicTimer(Pace);

        try
        {
            while (await pace.WaitForNextTickAsync(over))
            {
                try
                {
                    await worker.Step(over);
                }
                catch (CrashPoint.CrashException)
                {
                    worker = NewLane(lane, _points);
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Everything is paid.
        }
    }

    private async Task TroubleMaker(CancellationToken over)
    {
        try
        {
            if (_setting.BlackHoleSlots > 0)
            {
                await Set(ChaosSetting.Hole(), over);
                await Task.Delay(TimeSpan.FromMilliseconds(SlotMilliseconds * _setting.BlackHoleSlots), over);
            }

            await Set(_setting.Faults(), over);
            using var pace = new PeriodicTimer(ChaosSetting.RollbackEvery);

            while (_setting.RollsBack && await pace.WaitForNextTickAsync(over))
            {
                var snapshot = await _chain.CallAsync("localnet_snapshot", [], over);
                await Task.Delay(TimeSpan.FromMilliseconds(SlotMilliseconds * ChaosSetting.RollbackSlots), over);
                await _chain.CallAsync("localnet_restore", [snapshot.GetProperty("id").GetString()], over);
                _rollbacks++;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Everything is paid.
        }
    }

    private async Task Set(IEnumerable<System.Text.Json.Nodes.JsonObject> faults, CancellationToken cancel)
    {
        await _chain.CallAsync("localnet_clearFaults", [], cancel);

        foreach (var fault in faults)
        {
            await _chain.SetFaultAsync(fault, cancel);
        }
    }

    private async Task AwaitAllPaid(TimeSpan most)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();

        while (await pace.WaitForNextTickAsync(Cancel))
        {
            var done = (await _books.Chunks.List(ChunkState.Finalized, PayoutChunks.ChunksMax, Cancel))
                .Sum(chunk => chunk.Payouts.Count);

            if (done == _payouts.Count)
            {
                return;
            }

            Assert.True(_desk.Frozen is null, $"frozen: {_desk.Frozen}");
            Assert.True(_desk.SetAsides.IsEmpty, $"set aside: {string.Join("; ", _desk.SetAsides)}");
            Assert.True(watch.Elapsed < most, $"{done} of {_payouts.Count} paid in {most}");
        }
    }

    private async Task AssertBooks()
    {
        await _books.AssertBalanced();

        foreach (var payout in _payouts)
        {
            Assert.Equal(0, await _books.Payable(payout.Provider));
            Assert.Equal(0, await _books.Held(payout.Provider));
        }

        var onChain = await _chain.Rpc.GetTokenAccountBalanceAsync(
            _rail.TreasuryAccount, ReadOptions.Finalized, Cancel);
        Assert.Equal(await _books.Treasury(), (long)onChain.Value.Amount);

        var lamports = await _chain.Rpc.GetBalanceAsync(_rail.Treasury, ReadOptions.Finalized, Cancel);
        var cost = (await _books.Book.Balance(Chart.NetworkCost, Cancel)).Amount;
        Assert.Equal((long)(Lamports - lamports.Value), cost);
    }

    private async Task<ChaosReport> Report(System.Text.Json.JsonElement hits, double seconds)
    {
        var (more, less) = (0, 0);

        foreach (var payout in _payouts)
        {
            var wallet = PublicKey.Parse(payout.Wallet);
            var account = AssociatedTokenProgram.Address(wallet, _rail.Mint);
            var found = await _chain.Rpc.GetTokenAccountBalanceAsync(account, ReadOptions.Finalized, Cancel);
            var wanted = _before[wallet] + (ulong)payout.Amount.Micros;
            more += found.Value.Amount > wanted ? 1 : 0;
            less += found.Value.Amount < wanted ? 1 : 0;
        }

        var chunks = await _books.Chunks.List(null, PayoutChunks.ChunksMax, Cancel);

        return new ChaosReport
        {
            Setting = _setting.Name,
            Lifetime = _rail.HasNonces ? "nonce" : "blockhash",
            Payouts = _payouts.Count,
            Double = more,
            Missing = less,
            Chunks = chunks.Count,
            Signatures = chunks.Sum(chunk => chunk.Attempts.Count),
            Died = chunks.Count(chunk => chunk.State == ChunkState.Dead && chunk.Attempts.Count > 0),
            Failed = chunks.Count(chunk => chunk.State == ChunkState.FailedOnChain),
            Crashes = _points.Crashes,
            Rollbacks = _rollbacks,
            Faults = hits,
            Seconds = seconds,
        };
    }

    private PayoutLane NewLane(string lane, ICheckpoint checkpoint) => new(_rail, _chain.GenesisHash, new LaneSetting
    {
        Lane = lane,
        Holder = $"worker-{Interlocked.Increment(ref _workers)}",
        Chunks = _books.Chunks,
        Book = _books.Book,
        Cursors = _books.Deposits,
        Desk = _desk,
        Options = new PayoutOptions
        {
            LaneLease = LaneLease,
            SendEvery = TimeSpan.FromMilliseconds(200),
            ReplaceAfter = ReplaceAfter(),
        },
        Clock = TimeProvider.System,
        Checkpoint = checkpoint,
        NewChunk = () => ChunkId.From(Guid.CreateVersion7()),
    });

    /// <summary>Each worker has its own patience, so that replacements come at random.</summary>
    private TimeSpan ReplaceAfter()
    {
        lock (_random)
        {
            return TimeSpan.FromMilliseconds(_random.Next(1_500, 6_000));
        }
    }
}
