using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Tests.Verify;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payouts;

/// <summary>Rows of payouts, whatever engine they run on.</summary>
public abstract partial class PayoutChunksContract
{
    private const long Fee = 5_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider _clock = new(new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> OpenEmpty();

    [Fact]
    public async Task A_chunk_goes_from_planned_to_finalized_and_the_books_follow()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);

        var planned = Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, Id(1), [Payout(1, 60), Payout(2, 40)], Cancel));
        Assert.Equal(ChunkState.Planned, planned.Chunk.State);
        Assert.Equal(new AccountBalance(1_000, 60), await books.Book.Balance(Chart.Payable(Provider(1)), Cancel));
        Assert.Equal(100, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);

        Assert.Equal(ChunkState.Signed, State(await chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel)));
        Assert.Equal(ChunkState.Sent, State(await chunks.RecordSent(lane, Id(1), 1, Cancel)));
        Assert.Equal(ChunkState.Landed, State(await chunks.RecordLanded(lane, Id(1), "sig1", 7, Cancel)));
        Assert.Equal(ChunkState.Sent, State(await chunks.RecordVanished(lane, Id(1), Cancel)));
        Assert.Equal(ChunkState.Finalized, State(await chunks.Finalize(lane, Id(1), "sig1", 9, Fee, Cancel)));

        Assert.Equal(new AccountBalance(940, 0), await books.Book.Balance(Chart.Payable(Provider(1)), Cancel));
        Assert.Equal(new AccountBalance(10_000 - 100, 0), await books.Book.Balance(Chart.Treasury, Cancel));
        Assert.Equal(Fee, (await books.Book.Balance(Chart.NetworkCost, Cancel)).Amount);
        Assert.Null(await chunks.Live("lane_0", Cancel));
        Assert.True(await Agrees(new() { ["wallet1"] = 60, ["wallet2"] = 40 }));
        Assert.False(await Agrees(new() { ["wallet1"] = 60, ["thief"] = 40 }));

        async Task<bool> Agrees(Dictionary<string, long> paid) => (await new BooksAudit(books.Database, _clock).Verify(
            new BooksEvidence { Chain = ChainTold.Of(9_900, [.. Funded, new("sig1", 9, -100, paid, true)]) },
            cancel: Cancel)).Holds;
    }

    [Fact]
    public async Task What_was_signed_within_an_hour_and_a_day_is_capped_and_the_dead_do_not_count()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var caps = new SigningCaps(Micros(100), Micros(150));
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 90)], Cancel);
        await chunks.RecordSigned(lane, Id(1), Attempt(1), caps, Cancel);
        var other = await Take(chunks, "lane_1");
        await chunks.Plan(other, Id(2), [Payout(2, 20)], Cancel);
        var second = Attempt(2) with { Number = 1 };

        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordSigned(other, Id(2), second, caps, Cancel));
        Assert.Contains("exceed the cap", await chunks.WhyOverCap(Micros(20), caps, Cancel), StringComparison.Ordinal);
        Assert.Null(await chunks.WhyOverCap(Micros(10), caps, Cancel));

        _clock.Advance(TimeSpan.FromMinutes(61));
        other = await Take(chunks, "lane_1");
        Assert.Null(await chunks.WhyOverCap(Micros(60), caps, Cancel));
        Assert.NotNull(await chunks.WhyOverCap(Micros(61), caps, Cancel));
        Assert.Equal(ChunkState.Signed, State(await chunks.RecordSigned(other, Id(2), second, caps, Cancel)));
        Assert.NotNull(await chunks.WhyOverCap(Micros(41), caps, Cancel));
        await chunks.RecordDead(other, Id(2), "never sent", Cancel);
        Assert.Null(await chunks.WhyOverCap(Micros(60), caps, Cancel));
    }

    [Fact]
    public async Task Every_step_may_be_repeated()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);

        for (var time = 0; time < 2; time++)
        {
            Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel));
        }

        await Twice(() => chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel));
        await Twice(() => chunks.RecordSent(lane, Id(1), 1, Cancel));
        await Twice(() => chunks.RecordLanded(lane, Id(1), "sig1", 7, Cancel));
        await Twice(() => chunks.Finalize(lane, Id(1), "sig1", 9, Fee, Cancel));

        Assert.Equal(940, await books.Free(Chart.Payable(Provider(1))));
        Assert.Single(await chunks.Of(Payout(1, 60).Payout, Cancel));
    }

    [Fact]
    public async Task A_payout_is_in_one_live_chunk_only_and_never_again_once_paid()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var (one, two) = (await Take(chunks), await Take(chunks, "lane_1"));
        await chunks.Plan(one, Id(1), [Payout(1, 60)], Cancel);

        Assert.Equal(
            new PlanOutcome.PayoutTaken(Payout(1, 60).Payout, Id(1)),
            await chunks.Plan(two, Id(2), [Payout(2, 5), Payout(1, 60)], Cancel));
        Assert.Equal(0, (await books.Book.Balance(Chart.Payable(Provider(2)), Cancel)).Held);

        await Pay(chunks, one, Id(1), "sig1");
        Assert.IsType<PlanOutcome.PayoutTaken>(await chunks.Plan(two, Id(3), [Payout(1, 60)], Cancel));
    }

    [Fact]
    public async Task Of_two_lanes_that_plan_one_payout_at_once_one_gets_it()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lanes = await Task.WhenAll(Enumerable.Range(0, 8).Select(at => Take(chunks, $"lane_{at}")));

        var outcomes = await Task.WhenAll(lanes.Select((lane, at) => chunks.Plan(lane, Id(at), [Payout(1, 60)], Cancel)));

        Assert.Single(outcomes, outcome => outcome is PlanOutcome.Planned);
        Assert.Equal(7, outcomes.Count(outcome => outcome is PlanOutcome.PayoutTaken));
        Assert.Equal(60, (await books.Book.Balance(Chart.Payable(Provider(1)), Cancel)).Held);
    }

    [Fact]
    public async Task A_lane_has_one_live_chunk()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);

        Assert.Equal(new PlanOutcome.LaneBusy(Id(1)), await chunks.Plan(lane, Id(2), [Payout(2, 5)], Cancel));
    }

    [Fact]
    public async Task A_plan_that_the_books_refuse_leaves_nothing()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);

        var outcome = await chunks.Plan(lane, Id(1), [Payout(1, 60), Payout(2, 1_001)], Cancel);

        Assert.IsType<PostOutcome.Insufficient>(Assert.IsType<PlanOutcome.Refused>(outcome).Why);
        Assert.Null(await chunks.Find(Id(1), Cancel));
        Assert.Equal(0, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);
    }

    [Fact]
    public async Task Of_two_workers_on_one_lane_only_the_later_one_can_sign()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var first = await Take(chunks);
        await chunks.Plan(first, Id(1), [Payout(1, 60)], Cancel);

        Assert.Null(await chunks.Take("lane_0", "nonce", "worker-2", Minute, Cancel));
        _clock.Advance(Minute);
        Assert.IsType<ChunkOutcome.LeaseLost>(await chunks.RecordSigned(first, Id(1), Attempt(1), SigningCaps.None, Cancel));
        Assert.Null(await chunks.Renew(first, Minute, Cancel));

        var second = await chunks.Take("lane_0", "nonce", "worker-2", Minute, Cancel);
        Assert.NotNull(second);
        Assert.True(second.Fence > first.Fence);
        Assert.IsType<ChunkOutcome.LeaseLost>(await chunks.RecordSigned(first, Id(1), Attempt(1), SigningCaps.None, Cancel));
        Assert.IsType<PlanOutcome.LeaseLost>(await chunks.Plan(first, Id(2), [Payout(2, 1)], Cancel));
        Assert.Equal(ChunkState.Signed, State(await chunks.RecordSigned(second, Id(1), Attempt(1), SigningCaps.None, Cancel)));
    }

    [Fact]
    public async Task A_worker_that_starts_again_takes_its_lane_with_a_higher_fence()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var before = await Take(chunks);
        var after = await Take(chunks);

        Assert.Equal(before.Fence + 1, after.Fence);
        Assert.IsType<PlanOutcome.LeaseLost>(await chunks.Plan(before, Id(1), [Payout(1, 60)], Cancel));
        Assert.NotNull(await chunks.Renew(after, Minute, Cancel));
        await chunks.Release(after, Cancel);
        Assert.NotNull(await chunks.Take("lane_0", "nonce", "worker-2", Minute, Cancel));
        Assert.Single(await chunks.Lanes(Cancel));
    }

    [Fact]
    public async Task A_replacement_must_use_the_same_nonce_value()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);
        await chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, Id(1), 1, Cancel);

        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordSigned(lane, Id(1), Attempt(2) with { NonceValue = "other" }, SigningCaps.None, Cancel));
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordSigned(lane, Id(1), Attempt(3), SigningCaps.None, Cancel));
        Assert.Equal(ChunkState.Sent, State(await chunks.RecordSigned(lane, Id(1), Attempt(2), SigningCaps.None, Cancel)));

        var live = await chunks.Live("lane_0", Cancel);
        Assert.NotNull(live);
        Assert.Equal(["sig1", "sig2"], live.Attempts.Select(attempt => attempt.Signature));
        Assert.Equal(Attempt(2).Wire, live.Attempts[1].Wire);
        Assert.NotNull(live.Attempts[0].SentAt);
        Assert.Null(live.Attempts[1].SentAt);
        Assert.Equal("sig2", Assert.IsType<ChunkOutcome.Done>(await chunks.Finalize(lane, Id(1), "sig2", 9, Fee, Cancel)).Chunk.Signature);
    }

    [Fact]
    public async Task A_blockhash_attempt_has_no_replacement()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);
        var attempt = Attempt(1) with { NonceAccount = null, LastValidBlockHeight = 1_000 };
        Assert.Equal(ChunkState.Signed, State(await chunks.RecordSigned(lane, Id(1), attempt, SigningCaps.None, Cancel)));

        Assert.IsType<ChunkOutcome.NotNow>(
            await chunks.RecordSigned(lane, Id(1), Attempt(2) with { NonceAccount = null, LastValidBlockHeight = 2_000 }, SigningCaps.None, Cancel));
    }

    [Fact]
    public async Task Steps_out_of_order_are_refused()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);

        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordSent(lane, Id(1), 1, Cancel));
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.Finalize(lane, Id(1), "sig1", 9, Fee, Cancel));
        await chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel);
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.Finalize(lane, Id(1), "stranger", 9, Fee, Cancel));
        await chunks.RecordSent(lane, Id(1), 1, Cancel);
        await chunks.RecordLanded(lane, Id(1), "sig1", 9, Cancel);
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordDead(lane, Id(1), "it was seen", Cancel));
        await chunks.Finalize(lane, Id(1), "sig1", 9, Fee, Cancel);
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordVanished(lane, Id(1), Cancel));
        Assert.IsType<ChunkOutcome.NotNow>(await chunks.RecordFailedOnChain(lane, Id(1), "sig1", 9, "x", Fee, Cancel));
        Assert.IsType<ChunkOutcome.Unknown>(await chunks.RecordDead(lane, Id(9), "none", Cancel));
    }

    [Fact]
    public async Task After_a_failure_or_a_proof_of_death_the_payout_is_planned_again_on_the_same_holds()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60), Payout(2, 40)], Cancel);
        await chunks.RecordSigned(lane, Id(1), Attempt(1), SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, Id(1), 1, Cancel);
        await Twice(() => chunks.RecordFailedOnChain(lane, Id(1), "sig1", 9, "InstructionError 3", Fee, Cancel));

        Assert.Equal(100, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);
        Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, Id(2), [Payout(1, 60)], Cancel));
        await Twice(() => chunks.RecordDead(lane, Id(2), "never signed", Cancel));
        Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, Id(3), [Payout(1, 60)], Cancel));
        Assert.Equal(100, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);
        await Pay(chunks, lane, Id(3), "sig3", 3);

        Assert.True((await chunks.Release(Payout(2, 40).Payout, new(), Cancel)).Stands);
        Assert.Equal(0, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);
        Assert.Equal([Id(3), Id(2), Id(1)], (await chunks.Of(Payout(1, 60).Payout, Cancel)).Select(chunk => chunk.Id));
        Assert.Single(await chunks.List(ChunkState.FailedOnChain, 10, Cancel));
        Assert.Equal(3, (await chunks.List(null, 10, Cancel)).Count);
        Assert.True((await new BooksAudit(books.Database, _clock).Verify(cancel: Cancel)).Holds);
    }

    [Fact]
    public async Task A_payout_is_not_released_while_a_chunk_has_it_and_not_planned_once_released()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);

        Assert.Equal(new PostOutcome.Conflict(Id(1).Value), await chunks.Release(Payout(1, 60).Payout, new(), Cancel));
        await chunks.RecordDead(lane, Id(1), "never signed", Cancel);
        Assert.IsType<PostOutcome.Posted>(await chunks.Release(Payout(1, 60).Payout, new(), Cancel));
        Assert.IsType<PostOutcome.Exists>(await chunks.Release(Payout(1, 60).Payout, new(), Cancel));

        var again = Assert.IsType<PlanOutcome.Refused>(await chunks.Plan(lane, Id(2), [Payout(1, 60)], Cancel));
        Assert.IsType<PostOutcome.HoldNotOpen>(again.Why);
    }

    [Fact]
    public async Task Signed_bytes_and_ended_chunks_never_change()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60)], Cancel);
        await Pay(chunks, lane, Id(1), "sig1");

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => books.Sql("UPDATE attempt SET signature = 'x'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => books.Sql("DELETE FROM attempt"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => books.Sql("UPDATE chunk SET state = 0, ended_us = NULL"));
    }

    [Fact]
    public async Task An_instant_payout_takes_its_fee_in_the_same_journal()
    {
        await using var books = await Open();
        var chunks = new PayoutChunks(books.Database, _clock);
        var lane = await Take(chunks);
        await chunks.Plan(lane, Id(1), [Payout(1, 60) with { Fee = Micros(3) }], Cancel);
        await Pay(chunks, lane, Id(1), "sig1");

        Assert.Equal(937, await books.Free(Chart.Payable(Provider(1))));
        Assert.Equal(3, (await books.Book.Balance(Chart.InstantFee, Cancel)).Amount);
    }

    /// <summary>What the chain says of how the treasury was funded.</summary>
    private static IEnumerable<ChainMove> Funded =>
        [ChainTold.In("f0", 8_000), ChainTold.In("f1", 1_000), ChainTold.In("f2", 1_000)];

    private static ChunkId Id(int n) => ChunkId.From(PrefixedId.Derive("chunk", $"{n}"));

    private static ChunkPayout Payout(int n, long micros) => new(
        PayoutId.From(PrefixedId.Derive("payout", $"{n}")), Provider(n), $"wallet{n}", Micros(micros), Usdc.Zero);

    private static SignedAttempt Attempt(int n) => new(n, $"sig{n}", [1, 2, (byte)n], "genesis", "nonce", "value", null);

    private static ChunkState State(ChunkOutcome outcome) => Assert.IsType<ChunkOutcome.Done>(outcome).Chunk.State;

    private static async Task Twice(Func<Task<ChunkOutcome>> step)
    {
        var first = Assert.IsType<ChunkOutcome.Done>(await step());
        var second = Assert.IsType<ChunkOutcome.Done>(await step());
        Assert.Equal(first.Chunk.Version, second.Chunk.Version);
    }

    private static async Task<LaneLease> Take(PayoutChunks chunks, string lane = "lane_0") =>
        await chunks.Take(lane, "nonce", "worker-1", Minute, Cancel) ?? throw new InvalidOperationException("lane is taken");

    private static async Task Pay(PayoutChunks chunks, LaneLease lane, ChunkId chunk, string signature, int n = 1)
    {
        await chunks.RecordSigned(lane, chunk, Attempt(n) with { Number = 1 }, SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, chunk, 1, Cancel);
        Assert.Equal(ChunkState.Finalized, State(await chunks.Finalize(lane, chunk, signature, 9, Fee, Cancel)));
    }

    private async Task<TestBook> Open()
    {
        var books = await OpenEmpty();
        await books.Book.Post(
            Entry.Of(
                Journals.Move("usdcfund:f0", Chart.Treasury, Chart.UsdcCapital, 8_000),
                Journals.Move("usdcfund:f1", Chart.Treasury, Chart.Payable(Provider(1)), 1_000),
                Journals.Move("usdcfund:f2", Chart.Treasury, Chart.Payable(Provider(2)), 1_000),
                PayoutJournals.FundFeePayer("start", 1_000_000)),
            Cancel);

        return books;
    }
}
