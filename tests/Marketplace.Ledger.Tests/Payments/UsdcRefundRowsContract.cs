using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Tests.Verify;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

/// <summary>Rows of refunds in USDC, whatever engine they run on.</summary>
public abstract partial class UsdcRefundRowsContract
{
    private const string Review = "rev_1";
    private const string Unowned = "sig_unowned";
    private static readonly UsdcRefundTerms Terms = new(Micros(10), 100, Micros(1_000_000));
    private readonly FakeTimeProvider _clock = new(new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task No_more_goes_back_than_came_in_as_usdc_whatever_the_balance_is()
    {
        await using var books = await Open();
        var rows = Rows(books);
        await Deposit(books, "sig1", 1_000);
        await books.Fund(Customer(), 5_000, "topup");

        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(1, 600), Terms, Cancel));
        Assert.Equal(Above(400), await rows.Begin(Refund(2, 401), Terms, Cancel));
        Assert.Equal(Above(0), await rows.Begin(Refund(2, 10) with { Rail = RailName.Parse("other") }, Terms, Cancel));
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(3, 400), Terms, Cancel));
        Assert.Equal(Above(0), await rows.Begin(Refund(4, 10), Terms, Cancel));
        Assert.Equal(5_000, await books.Free(Chart.Available(Customer())));

        await End(rows, 3, "returned");
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(4, 400), Terms, Cancel));
        await AssertHolds(books);
    }

    [Fact]
    public async Task What_is_spent_or_set_aside_does_not_go_back()
    {
        await using var books = await Open();
        var rows = Rows(books);
        await Deposit(books, "sig1", 1_000);
        await books.Book.Post(
            Entry.Of(Journals.Move("spent", Chart.Available(Customer()), Chart.Fee(0), 700)), Cancel);

        Assert.Equal(
            new UsdcRefundBegun.NotEnough(Micros(300)), await rows.Begin(Refund(1, 301), Terms, Cancel));
        Assert.Null(await rows.Find(Refund(1, 301).Id, Cancel));
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(1, 300), Terms, Cancel));
    }

    [Fact]
    public async Task A_days_number_and_amount_are_kept_and_the_next_day_begins_anew()
    {
        await using var books = await Open();
        var rows = Rows(books);
        await Deposit(books, "sig1", 1_000);
        var terms = new UsdcRefundTerms(Micros(10), 2, Micros(150));

        Assert.Equal(
            new UsdcRefundBegun.Refused(new UsdcRefundVerdict.TooSmall(Micros(10))),
            await rows.Begin(Refund(1, 9), terms, Cancel));
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(1, 100), terms, Cancel));
        Assert.Equal(
            new UsdcRefundBegun.Refused(new UsdcRefundVerdict.AboveDaily(Micros(150), Micros(50))),
            await rows.Begin(Refund(2, 51), terms, Cancel));
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(2, 50), terms, Cancel));
        Assert.Equal(
            new UsdcRefundBegun.Refused(new UsdcRefundVerdict.TooMany(2)),
            await rows.Begin(Refund(3, 10), terms with { DailyMax = Micros(1_000) }, Cancel));

        _clock.Advance(TimeSpan.FromHours(25));
        Assert.IsType<UsdcRefundBegun.Stands>(await rows.Begin(Refund(3, 150), terms, Cancel));
    }

    [Fact]
    public async Task A_refund_asked_for_by_many_at_once_is_held_once()
    {
        await using var books = await Open();
        var rows = Rows(books);
        await Deposit(books, "sig1", 1_000);

        var same = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => rows.Begin(Refund(1, 600), Terms, Cancel))));
        Assert.All(same, outcome => Assert.IsType<UsdcRefundBegun.Stands>(outcome));
        Assert.Equal(400, await books.Free(Chart.Available(Customer())));
        Assert.IsType<UsdcRefundBegun.KeyTaken>(await rows.Begin(Refund(1, 599), Terms, Cancel));
        Assert.IsType<UsdcRefundBegun.KeyTaken>(
            await rows.Begin(Refund(1, 600) with { Wallet = "elsewhere" }, Terms, Cancel));

        await books.Fund(Customer(), 5_000, "topup");
        var different = await Task.WhenAll(Enumerable.Range(10, 8).Select(n => Task.Run(
            () => rows.Begin(Refund(n, 100), Terms, Cancel))));
        Assert.Equal(4, different.Count(outcome => outcome is UsdcRefundBegun.Stands));
        Assert.Equal(4, different.Count(outcome => outcome.Equals(Above(0))));
        await AssertHolds(books);
    }

    [Fact]
    public async Task A_deposit_in_suspense_is_matched_or_goes_back_and_never_both()
    {
        for (var round = 0; round < 4; round++)
        {
            await using var books = await Open();
            var (rows, deposits) = (Rows(books), new DepositRows(books.Database, _clock));
            await deposits.Credit(Transfer(Unowned, 1_000), null, null, Cancel);

            var matching = Task.Run(() => deposits.Match(Transfer(Unowned, 1_000), Customer(), Cancel));
            var refunding = Task.Run(() => rows.Begin(Unmatched(1, 1_000), Terms, Cancel));
            var isMatched = (await matching).Stands;
            var goesBack = await refunding is UsdcRefundBegun.Stands;

            Assert.True(isMatched ^ goesBack);
            Assert.Equal(isMatched ? 1_000 : 0, await books.Free(Chart.Available(Customer())));
            Assert.Equal(0, await books.Free(Chart.Suspense));
            Assert.Empty(await deposits.InSuspense(10, Cancel));
            Assert.IsType<UsdcRefundBegun.NotWaiting>(await rows.Begin(Unmatched(2, 1_000), Terms, Cancel));
            await AssertHolds(books);
        }
    }

    [Fact]
    public async Task A_deposit_whose_refund_was_given_up_waits_again_for_its_owner_or_another_refund()
    {
        await using var books = await Open();
        var (rows, deposits) = (Rows(books), new DepositRows(books.Database, _clock));
        await deposits.Credit(Transfer(Unowned, 1_000), null, null, Cancel);
        Assert.IsType<UsdcRefundBegun.NotWaiting>(await rows.Begin(Unmatched(1, 999), Terms, Cancel));
        await rows.Begin(Unmatched(1, 1_000), Terms, Cancel);
        Assert.Equal(Unmatched(1, 1_000).Id, Assert.Single(await deposits.Of(Unowned, Cancel)).Refund);

        await End(rows, 1, "cancelled");
        Assert.Single(await deposits.InSuspense(10, Cancel));
        await rows.Begin(Unmatched(2, 1_000), Terms, Cancel);
        await End(rows, 2, "cancelled");

        Assert.IsType<PostOutcome.Posted>(await deposits.Match(Transfer(Unowned, 1_000), Customer(), Cancel));
        Assert.IsType<UsdcRefundBegun.NotWaiting>(await rows.Begin(Unmatched(3, 1_000), Terms, Cancel));
        await AssertHolds(books);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refund_goes_through_a_chunk_as_payouts_do_and_the_books_follow(bool isOwned)
    {
        await using var books = await Open();
        var (rows, chunks) = (Rows(books), new PayoutChunks(books.Database, _clock));
        await Deposit(books, "sig1", 1_000, isOwned ? Customer() : null);
        var refund = isOwned ? Refund(1, 1_000) : Unmatched(1, 1_000) with { Deposit = "sig1" };
        await rows.Begin(refund, Terms, Cancel);
        var lane = (await chunks.Take("lane_0", "nonce", "worker", TimeSpan.FromMinutes(1), Cancel))!;
        var transfer = ChunkPayout.Refund(refund.Id, refund.Account, refund.Wallet, refund.Amount, refund.Rail);

        var planned = Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, Chunk, [transfer], Cancel));
        Assert.Equal(transfer, Assert.Single(planned.Chunk.Payouts));
        Assert.Equal(1_000, (await books.Book.Balance(Chart.Treasury, Cancel)).Held);
        Assert.False(await TryEnd(rows, 1, "cancelled"));
        await AssertHolds(books);
        var attempt = new SignedAttempt(1, "paid", [1], "genesis", "nonce", "value", null);
        await chunks.RecordSigned(lane, Chunk, attempt, SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, Chunk, 1, Cancel);
        Assert.IsType<ChunkOutcome.Done>(await chunks.Finalize(lane, Chunk, "paid", 9, 0, Cancel));

        Assert.Equal(new AccountBalance(0, 0), await books.Book.Balance(refund.Source, Cancel));
        Assert.Equal(new AccountBalance(0, 0), await books.Book.Balance(Chart.Treasury, Cancel));
        Assert.False(await TryEnd(rows, 1, "cancelled"));
        await AssertHolds(books, Told(refund.Wallet));
        Assert.Contains("thief", (await Audit(books, Told("thief"))).Breaks(), StringComparison.Ordinal);

        static ChainTold Told(string wallet) =>
            ChainTold.Of(0, ChainTold.In("sig1", 1_000), ChainTold.Out("paid", (wallet, 1_000)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_case_blocks_is_out_of_reach_until_it_is_given_back(bool isOwned)
    {
        await using var books = await Open();
        var (rows, deposits) = (Rows(books), new DepositRows(books.Database, _clock));
        await Deposit(books, "sig1", 1_000, isOwned ? Customer() : null);
        var refund = isOwned ? Refund(1, 1_000) : Unmatched(1, 1_000) with { Deposit = "sig1" };
        await rows.Begin(refund, Terms, Cancel);

        var held = (await rows.Find(refund.Id, Cancel))!;
        var blocked = held.Refund with { State = UsdcRefundStates.Refused, BlockedBy = Review };
        Assert.True(await rows.Refuse(held, blocked, Cancel));
        Assert.False(await rows.Refuse(held, blocked, Cancel));
        Assert.Equal(1_000, (await books.Book.Balance(Chart.Blocked(Review), Cancel)).Amount);
        Assert.Equal(new AccountBalance(0, 0), await books.Book.Balance(refund.Source, Cancel));
        Assert.Empty(await deposits.InSuspense(10, Cancel));
        await AssertHolds(books);

        var stored = (await rows.Find(refund.Id, Cancel))!;
        Assert.True(await rows.Unblock(stored, stored.Refund with { BlockedBy = null }, Cancel));
        Assert.False(await rows.Unblock(stored, stored.Refund with { BlockedBy = null }, Cancel));
        Assert.Equal(new AccountBalance(1_000, 0), await books.Book.Balance(refund.Source, Cancel));
        Assert.Equal(isOwned ? 0 : 1, (await deposits.InSuspense(10, Cancel)).Count);
        await AssertHolds(books);
    }

    [Fact]
    public async Task An_audit_sees_a_refund_beyond_the_deposits_and_one_whose_hold_is_gone()
    {
        await using var books = await Open();
        var rows = Rows(books);
        await Deposit(books, "sig1", 1_000);
        await rows.Begin(Refund(1, 600), Terms, Cancel);

        await books.Sql("UPDATE usdc_refund SET amount = 1001");
        Assert.Contains("had 1001 micro-USDC back", await Breaks(books), StringComparison.Ordinal);
        await books.Sql("UPDATE usdc_refund SET amount = 600, state = 'refused'");
        Assert.Contains("its hold is open", await Breaks(books), StringComparison.Ordinal);
    }

    private static UsdcRefundBegun.Refused Above(long left) =>
        new(new UsdcRefundVerdict.AboveDeposits(Micros(left)));

    private static ChunkId Chunk => ChunkId.From(PrefixedId.Derive("chunk", "1"));

    private static ChainTransfer Transfer(string signature, long micros) =>
        new("genesis", signature, "treasury-ata", Micros(micros), 42);

    private UsdcRefundRows Rows(TestBook books) => new(books.Database, _clock);

    private UsdcRefund Refund(int n, long micros) => new()
    {
        Id = PayoutId.From(PrefixedId.Derive("refund", $"{n}")),
        Account = Customer(),
        Amount = Micros(micros),
        Wallet = "wallet",
        State = UsdcRefundStates.Requested,
        CreatedAt = _clock.GetUtcNow(),
    };

    private UsdcRefund Unmatched(int n, long micros) => Refund(n, micros) with { Account = null, Deposit = Unowned };

    private async Task Deposit(TestBook books, string signature, long micros, AccountId? customer) => Assert.True(
        (await new DepositRows(books.Database, _clock).Credit(Transfer(signature, micros), customer, null, Cancel)).Stands);

    private Task Deposit(TestBook books, string signature, long micros) =>
        Deposit(books, signature, micros, Customer());

    private async Task End(UsdcRefundRows rows, int n, string why) => Assert.True(await TryEnd(rows, n, why));

    private async Task<bool> TryEnd(UsdcRefundRows rows, int n, string why)
    {
        var stored = (await rows.Find(Refund(n, 1).Id, Cancel))!;
        return await rows.Refuse(
            stored, stored.Refund with { State = UsdcRefundStates.Refused, Trouble = why }, Cancel);
    }

    private async Task<string> Breaks(TestBook books) => (await Audit(books, null)).Breaks();

    private async Task AssertHolds(TestBook books, ChainTold? chain = null) =>
        Assert.Equal(string.Empty, (await Audit(books, chain)).Breaks());

    private Task<BooksReport> Audit(TestBook books, ChainTold? chain) =>
        new BooksAudit(books.Database, _clock).Verify(new BooksEvidence { Chain = chain }, cancel: Cancel);
}
