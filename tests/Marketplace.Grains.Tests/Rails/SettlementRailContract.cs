using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>What every settlement rail has to keep, whatever chain is behind it.</summary>
public abstract class SettlementRailContract
{
    private const int StepsMax = 300;
    private const int FinalPasses = 20;

    private int _workers;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payouts_arrive_once_and_their_rows_name_the_rail()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        var payouts = new[] { await Ask(world, books, desk, 1, 1_250_000), await Ask(world, books, desk, 2, 3) };

        await RunUntilPaid(world, books, desk, payouts);

        await AssertPaidOnce(world, books, payouts);
        Assert.All(await books.Chunks.List(null, 10, Cancel), chunk =>
        {
            Assert.All(chunk.Payouts, row => Assert.Equal(world.Name, row.Rail));
            Assert.All(chunk.Attempts, attempt => Assert.Equal(world.Chain, attempt.GenesisHash));
        });
        Assert.Equal(new RailPin(world.Name, world.Chain), await books.Chunks.PinOf(world.Rail.LaneName(0), Cancel));
    }

    [Theory]
    [InlineData("chunk.planned")]
    [InlineData("chunk.signed")]
    [InlineData("chunk.sent")]
    [InlineData("payout.posted")]
    public async Task A_worker_that_dies_anywhere_pays_once_after_it_comes_back(string at)
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        var payout = await Ask(world, books, desk, 1, 1_250_000);

        await Assert.ThrowsAsync<CrashPoint.CrashException>(
            () => RunUntilPaid(world, books, desk, [payout], new CrashPoint(at)));
        await RunUntilPaid(world, books, desk, [payout]);

        await AssertPaidOnce(world, books, payout);
    }

    [Fact]
    public async Task A_lost_request_and_a_lost_answer_pay_once()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        await RunUntilPaid(world, books, desk, [await Ask(world, books, desk, 1, 7)]);
        await world.LoseSends();
        var payout = await Ask(world, books, desk, 2, 1_250_000);

        await RunUntilPaid(world, books, desk, [payout]);

        await AssertPaidOnce(world, books, payout);
    }

    [Fact]
    public async Task A_payout_for_another_rail_is_set_aside_and_the_others_are_paid()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        var stray = await Ask(world, books, desk, 1, 5, RailName.Parse("elsewhere"));
        var payout = await Ask(world, books, desk, 2, 1_250_000);

        await RunUntilPaid(world, books, desk, [payout]);

        Assert.Contains("another rail", desk.SetAsides[stray.Payout], StringComparison.Ordinal);
        Assert.Empty(await books.Chunks.Of(stray.Payout, Cancel));
        Assert.Equal(0, await world.UsdcOf(stray.Wallet));
        await AssertPaidOnce(world, books, payout);
    }

    [Fact]
    public async Task A_lane_that_is_told_of_another_chain_signs_nothing_and_freezes()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        var payout = await Ask(world, books, desk, 1, 5);
        var lane = OpenLane(world, books, desk, new NoCheckpoint(), world.OtherChain);

        for (var steps = 0; steps < 5; steps++)
        {
            Assert.NotNull((await lane.Step(Cancel)).Trouble);
            await world.Pass();
        }

        Assert.Contains(world.OtherChain, desk.Frozen, StringComparison.Ordinal);
        Assert.Empty(await books.Chunks.Of(payout.Payout, Cancel));
        Assert.Equal(0, await world.UsdcOf(payout.Wallet));
    }

    [Fact]
    public async Task A_lane_of_another_chain_or_rail_is_left_alone()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        var desk = new TestDesk(books.Chunks);
        var payout = await Ask(world, books, desk, 1, 5);
        var name = world.Rail.LaneName(0);
        var taken = await books.Chunks.Take(
            new RailPin(world.Name, world.OtherChain), name, "theirs", "other", TimeSpan.FromMinutes(1), Cancel);
        await books.Chunks.Release(taken!, Cancel);
        var lane = OpenLane(world, books, desk, new NoCheckpoint(), world.Chain);

        Assert.Contains(world.OtherChain, (await lane.Step(Cancel)).Trouble, StringComparison.Ordinal);
        Assert.Null(await books.Chunks.Take(
            new RailPin(RailName.Parse("elsewhere"), null), name, "x", "y", TimeSpan.FromMinutes(1), Cancel));
        Assert.Empty(await books.Chunks.Of(payout.Payout, Cancel));
    }

    [Fact]
    public async Task A_deposit_is_credited_once_when_it_is_final_also_after_a_crash()
    {
        await using var world = await Open();
        await using var books = await PaymentBooks.Open(TimeProvider.System);
        await world.Fund(1);
        await Source(world, books, null).Look(Cancel);
        var before = (await books.Book.Balance(Chart.Suspense, Cancel)).Amount;
        var customer = PaymentBooks.Customer(1);
        var id = DepositId.From(PrefixedId.Derive("deposit", "1"));
        var expected = new ExpectedDeposit(id, customer, world.Reference(1), Usdc.FromMicros(9));
        await books.Deposits.Expect(expected, Cancel);
        await world.Deposit(9, world.Reference(1));
        await world.Deposit(4, null);

        await Source(world, books, null).Look(Cancel);
        Assert.Equal(0, await Available(books, customer));
        await Passes(world);
        await Assert.ThrowsAsync<CrashPoint.CrashException>(() => Source(world, books, "deposit.posted").Look(Cancel));

        for (var looks = 0; looks < 3; looks++)
        {
            await Source(world, books, null).Look(Cancel);
        }

        Assert.Equal(9, await Available(books, customer));
        Assert.Equal(before + 4, (await books.Book.Balance(Chart.Suspense, Cancel)).Amount);
        Assert.Equal(before + 13, await books.Treasury(world.Name));
        var transfer = Assert.Single(await books.Deposits.TransfersOf(id, Cancel)).Transfer;
        Assert.Equal((world.Name, world.Chain), (transfer.Rail, transfer.Genesis));
        await books.AssertBalanced();
    }

    /// <summary>Skips the test where the chain cannot be started.</summary>
    private protected abstract Task<RailWorld> Open();

    private static async Task Passes(RailWorld world)
    {
        for (var passes = 0; passes < FinalPasses; passes++)
        {
            await world.Pass();
        }
    }

    private static IDepositSource Source(RailWorld world, PaymentBooks books, string? crashAt) =>
        world.Rail.OpenDeposits(world.Chain, new DepositSetting(
            books.Deposits, books.Chunks, new CrashPoint(crashAt), (why, _) => throw new InvalidOperationException(why)));

    private static async Task<long> Available(PaymentBooks books, Domain.Accounts.AccountId customer) =>
        (await books.Book.Balance(Chart.Available(customer), Cancel)).Amount;

    private static async Task<ChunkPayout> Ask(
        RailWorld world, PaymentBooks books, TestDesk desk, int number, long micros, RailName? rail = null)
    {
        var provider = PaymentBooks.Provider(number);
        await books.Earn(provider, micros, $"earn:{number}", rail ?? world.Name);
        await world.Fund(micros);
        var payout = new ChunkPayout(
            PayoutId.From(PrefixedId.Derive("payout", $"{number}")),
            provider,
            world.Wallet(number),
            Usdc.FromMicros(micros),
            Usdc.Zero)
        {
            Rail = rail ?? world.Name,
        };
        desk.Ask(payout);
        return payout;
    }

    private static async Task AssertPaidOnce(RailWorld world, PaymentBooks books, params ChunkPayout[] payouts)
    {
        foreach (var payout in payouts)
        {
            Assert.Equal(payout.Amount.Micros, await world.UsdcOf(payout.Wallet));
            Assert.Equal(0, await books.Payable(payout.Provider));
            Assert.Equal(0, await books.Held(payout.Provider));
        }

        await books.AssertBalanced();
    }

    private ISettlementLane OpenLane(
        RailWorld world, PaymentBooks books, TestDesk desk, ICheckpoint checkpoint, string chain) =>
        world.Rail.OpenLane(chain, new LaneSetting
        {
            Lane = world.Rail.LaneName(0),
            Holder = $"worker-{++_workers}",
            Chunks = books.Chunks,
            Book = books.Book,
            Cursors = books.Deposits,
            Desk = desk,
            Options = new PayoutOptions { SendEvery = TimeSpan.FromTicks(1) },
            Clock = TimeProvider.System,
            Checkpoint = checkpoint,
            NewChunk = () => ChunkId.From(Guid.CreateVersion7()),
        });

    /// <summary>A worker of its own each time, as after a restart; a crash leaves its lease to the next one.</summary>
    private async Task RunUntilPaid(
        RailWorld world, PaymentBooks books, TestDesk desk, ChunkPayout[] payouts, ICheckpoint? checkpoint = null)
    {
        var lane = OpenLane(world, books, desk, checkpoint ?? new NoCheckpoint(), world.Chain);
        string? trouble = null;

        try
        {
            for (var steps = 0; steps < StepsMax; steps++)
            {
                trouble = (await lane.Step(Cancel)).Trouble;
                await world.Pass();
                var chunks = await books.Chunks.List(ChunkState.Finalized, 100, Cancel);

                if (payouts.All(payout => chunks.Any(one => one.Payouts.Any(row => row.Payout == payout.Payout))))
                {
                    return;
                }
            }
        }
        finally
        {
            await lane.Leave(Cancel);
        }

        Assert.Fail($"after {StepsMax} steps not every payout is paid; last: {trouble}; frozen: {desk.Frozen}");
    }
}
