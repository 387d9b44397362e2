using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payouts;

/// <content>A lane, its payouts and its signatures are of one rail and one chain.</content>
public abstract partial class PayoutChunksContract
{
    private static readonly RailName Second = RailName.Parse("second");

    [Fact]
    public async Task A_lane_stays_on_the_rail_and_the_chain_that_took_it_first()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await TakeOn(chunks, new(Second, "chain-b"));
        Assert.Equal((Second, "chain-b"), (lane!.Rail, lane.Chain));
        await chunks.Release(lane, Cancel);

        Assert.Null(await TakeOn(chunks, new(Second, "chain-a")));
        Assert.Null(await TakeOn(chunks, new(RailName.Solana, "chain-b")));
        Assert.Null(await TakeOn(chunks, RailPin.First));
        Assert.NotNull(await TakeOn(chunks, new(Second, "chain-b")));
        Assert.Equal(new RailPin(Second, "chain-b"), await chunks.PinOf("lane_0", Cancel));
        Assert.Null(await chunks.PinOf("lane_9", Cancel));
    }

    [Fact]
    public async Task A_lane_from_before_there_were_chains_takes_the_first_one_that_is_named()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        await chunks.Release(await Take(chunks), Cancel);

        Assert.Equal("chain-a", (await TakeOn(chunks, new(RailName.Solana, "chain-a")))!.Chain);
        await books.Sql("UPDATE lane SET until_us = 0");
        Assert.Null(await TakeOn(chunks, new(RailName.Solana, "chain-b")));
    }

    [Fact]
    public async Task A_payout_of_another_rail_is_not_planned_and_bytes_for_another_chain_are_not_stored()
    {
        await using var books = await Open();
        await books.Book.Post(
            Entry.Of(Journals.Move("second", Chart.TreasuryOf(Second), Chart.UsdcCapital, 500)), Cancel);
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = (await TakeOn(chunks, new(Second, "chain-b")))!;
        var stray = Payout(1, 60);

        Assert.Equal(
            new PlanOutcome.OtherRail(stray.Payout),
            await chunks.Plan(lane, Id(1), [Payout(2, 5) with { Rail = Second }, stray], Cancel));
        Assert.Equal(0, (await books.Book.Balance(Chart.Payable(Provider(2)), Cancel)).Held);

        var planned = await chunks.Plan(lane, Id(1), [stray with { Rail = Second }], Cancel);
        Assert.Equal(Second, Assert.IsType<PlanOutcome.Planned>(planned).Chunk.Payouts[0].Rail);
        Assert.IsType<ChunkOutcome.NotNow>(
            await chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel));
        var ours = Attempt(1) with { GenesisHash = "chain-b" };
        Assert.Equal(ChunkState.Signed, State(await chunks.RecordSigned(lane, Id(1), ours, SigningCaps.None, Cancel)));
    }

    [Fact]
    public async Task A_payout_on_a_further_rail_is_paid_from_that_rails_treasury_alone()
    {
        await using var books = await Open();
        await books.Book.Post(
            Entry.Of(Journals.Move("second", Chart.TreasuryOf(Second), Chart.UsdcCapital, 60)), Cancel);
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = (await TakeOn(chunks, new(Second, "genesis")))!;
        await chunks.Plan(lane, Id(1), [Payout(1, 60) with { Rail = Second }], Cancel);
        await Pay(chunks, lane, Id(1), "sig1");

        Assert.Equal(0, (await books.Book.Balance(Chart.TreasuryOf(Second), Cancel)).Amount);
        Assert.Equal(10_000, (await books.Book.Balance(Chart.Treasury, Cancel)).Amount);
        Assert.IsType<PlanOutcome.Refused>(
            await chunks.Plan(lane, Id(2), [Payout(2, 1) with { Rail = Second }], Cancel));
    }

    private static Task<LaneLease?> TakeOn(PayoutChunks chunks, RailPin pin) =>
        chunks.Take(pin, "lane_0", "nonce", "worker-1", Minute, Cancel);
}
