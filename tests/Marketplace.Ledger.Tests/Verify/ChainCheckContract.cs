using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;
using static Marketplace.Ledger.Tests.Verify.ChainTold;

namespace Marketplace.Ledger.Tests.Verify;

/// <summary>Books and a chain that agree, and every way in which they can disagree.</summary>
public abstract class ChainCheckContract
{
    private const string Address = "deposit-wallet";
    private const string AddressAccount = "deposit-account";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A deposit of 1,000, a payout of 60 and 40, 30 at a deposit address and 20 swept from it.</summary>
    private static ChainMove[] Moves =>
        [In("dep1", 1_000), Out("sig1", ("wallet1", 60), ("wallet2", 40)), In("swp1", 20, Address)];

    private static AddressEvidence Unswept => new(Address, AddressAccount, Micros(10), null);

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task Books_and_chain_that_say_the_same_hold()
    {
        await using var books = await Opened();

        Assert.Empty(await Found(books, 920, Moves));
    }

    [Fact]
    public async Task A_transfer_that_the_books_do_not_know_is_found_by_its_signature()
    {
        await using var books = await Opened();

        Assert.Equal(
            ["solana: theft paid 0.000500 to thief: no payout says so"],
            await Found(books, 420, [.. Moves, Out("theft", ("thief", 500))]));
        Assert.Equal(
            ["solana: dep2 brought 0.000007 from 0.000007 to payer: the books say nothing of it"],
            await Found(books, 927, [.. Moves, In("dep2", 7)]));
        Assert.Empty(await Found(books, 927, [.. Moves, In("dep2", 7, isScanned: false)]));
    }

    [Fact]
    public async Task A_payout_that_was_posted_without_its_transfer_is_found()
    {
        await using var books = await Opened();
        var found = await Found(books, 1_020, [.. Moves.Where(move => move.Signature != "sig1")]);

        Assert.Equal(
            [$"solana: payout:{Paid(1).Payout}:post moved -0.000100 under sig1: the chain has no such transfer"], found);
    }

    [Theory]
    [InlineData("wallet1", 61, "wallet2", 39)]
    [InlineData("wallet1", 60, "thief", 40)]
    [InlineData("wallet1", 60, "wallet2", 41)]
    public async Task A_transaction_that_pays_others_than_its_chunk_says_is_found(
        string one, long toOne, string other, long toOther)
    {
        await using var books = await Opened();
        var found = await Found(
            books, 920 + 100 - toOne - toOther, [Moves[0], Out("sig1", (one, toOne), (other, toOther)), Moves[2]]);

        Assert.Contains($"sig1 paid", Assert.Single(found), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_under_way_is_no_break_and_what_was_given_up_and_landed_is_one()
    {
        await using var books = await Opened();
        var chunks = new PayoutChunks(books.Database, TimeProvider.System);
        var lane = (await chunks.Take("lane_0", "nonce", "worker", TimeSpan.FromMinutes(1), Cancel))!;
        await chunks.Plan(lane, Id(2), [Paid(3, 50)], Cancel);
        await chunks.RecordSigned(lane, Id(2), Attempt("sig2"), SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, Id(2), 1, Cancel);
        ChainMove[] moves = [.. Moves, Out("sig2", ("wallet3", 50))];
        Assert.Empty(await Found(books, 920, Moves));
        Assert.Empty(await Found(books, 870, moves));

        await chunks.RecordDead(lane, Id(2), "thought so", Cancel);
        Assert.EndsWith($"{Id(2)} is Dead", Assert.Single(await Found(books, 870, moves)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Money_in_the_books_that_no_transaction_brought_is_found()
    {
        await using var books = await Opened();
        await Post(books, Journals.Move("gift:1", Chart.Treasury, Chart.UsdcCapital, 5));
        await Post(books, PayoutJournals.FundTreasury("dep9", Micros(6)));
        var found = await Found(books, 920, Moves);

        Assert.Contains("solana: gift:1 moved 0.000005: no transfer on the chain is named by it", found);
        Assert.Contains("solana: usdcfund:dep9 moved 0.000006 under dep9: the chain has no such transfer", found);
        Assert.Equal(2, found.Count);

        // Posted after the chain was read: the chain may have it by now.
        Assert.Empty(await Found(books, 0, [], DateTimeOffset.UnixEpoch, [new(Address, AddressAccount, Usdc.Zero, null)]));
    }

    [Fact]
    public async Task A_balance_that_is_not_the_sum_of_its_transfers_is_found()
    {
        await using var books = await Opened();

        Assert.Equal(
            ["solana: the treasury's transfers add up to 0.000920, it holds 0.000919"], await Found(books, 919, Moves));
    }

    [Fact]
    public async Task What_leaves_a_deposit_address_must_come_to_the_treasury()
    {
        await using var books = await Opened();

        // Nothing of its history was read, as the sums agree; here they do not.
        Assert.Contains(
            "0.000020 came in, the books say 0.000030",
            Assert.Single(await Found(books, 920, Moves, null, [Unswept with { Balance = Usdc.Zero }])),
            StringComparison.Ordinal);

        ChainMove[] history = [In("dep2", 30), Out("swp1", ("treasury", 20)), Out("theft", ("thief", 10))];
        Assert.Equal(
            [$"solana: theft took 0.000010 out of deposit address {Address} and not into the treasury"],
            await Found(books, 920, Moves, null, [new(Address, AddressAccount, Usdc.Zero, history)]));
        Assert.Empty(await Found(books, 920, Moves, null, [new(Address, AddressAccount, Micros(10), history[..2])]));
        Assert.Single(await Found(
            books, 920, Moves, null, [new(Address, AddressAccount, Micros(10), [In("dep2", 31), history[1]])]));
        Assert.Single(await Found(books, 920, Moves, null, [new(Address, AddressAccount, Micros(10), [history[1]])]));
        Assert.Single(await Found(
            books, 920, Moves, null, [new(Address, AddressAccount, Micros(10), [.. history[..2], In("dep3", 1)])]));
        Assert.Empty(await Found(
            books,
            920,
            Moves,
            null,
            [new(Address, AddressAccount, Micros(10), [.. history[..2], In("dep3", 1, isScanned: false)])]));
    }

    [Theory]
    [InlineData(null, "signer", "the chain has finalized no such transaction")]
    [InlineData("mkt-epoch-v1:1:1:1:ff", "signer", "its memo on the chain is 'mkt-epoch-v1:1:1:1:ff', and should be")]
    [InlineData("", "somebody", "somebody paid for it, and not signer")]
    [InlineData("", "signer", null)]
    public async Task An_anchor_that_is_not_on_the_chain_as_its_epoch_says_is_found(
        string? memo, string signer, string? why)
    {
        await using var books = await Opened();
        await Post(books, LeaseJournals.Fund("job_1", 0, Customer(), Usdc.Zero, Micros(10)));
        var charge = Entry.Of(LeaseJournals.Charge("job_1", Provider(), Micros(10), 1_000)) with
        {
            Receipts =
            [
                new(ReceiptId.From(PrefixedId.Derive("receipt", "job_1")), "job_1", Customer(), Provider(), "{}"),
            ],
        };
        Assert.True((await books.Book.Post(charge, Cancel)).Stands);
        var epochs = new EpochRows(books.Database, TimeProvider.System);
        var head = new EpochHead(1, 1, 1, new string('a', 64), epochs.Now());
        Assert.True(await epochs.Close(head, new("key", "signature"), Cancel));
        var rows = new AnchorRows(books.Database, TimeProvider.System);
        var anchor = new StoredAnchor(1, 1, Genesis, "signer", head.Memo, [1], "anchor1", 1, StoredAnchor.Signed);
        Assert.True(await rows.Store(anchor, Cancel));
        await rows.Settle(anchor, StoredAnchor.Final, Cancel);
        Assert.Equal("anchor1", Assert.Single(await rows.Final(0, 10, Cancel)).Signature);
        Assert.Empty(await rows.Final(1, 10, Cancel));
        var told = new AnchorEvidence(1, "anchor1", memo == string.Empty ? head.Memo : memo, signer);
        var found = (await Verify(books, new(Later, [], [told]))).Single(one => one.Id == "anchors");

        Assert.Equal(why is null ? Standing.Holds : Standing.Broken, found.Standing);
        Assert.Equal(why is null, found.Findings.Count == 0);
        Assert.All(found.Findings, finding => Assert.Contains(why!, finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lookup_table_in_use_that_the_chain_has_otherwise_is_found()
    {
        await using var books = await Opened();
        var rows = new LookupRows(books.Database, TimeProvider.System);
        var step = new LookupStep("t1", 1, LookupStep.Create, 0, 0, [1], "create1", 1);
        await rows.Plan(new("t1", RailName.Solana, Genesis, "treasury", 5, [new("a", null)]), Cancel);
        await rows.Store(step, Cancel);
        await rows.Settle(step, LookupStep.Final, Cancel);
        var rail = Rail(920, Moves) with { Addresses = [Unswept], Tables = [new("t1", null)] };
        var other = rail with { Tables = [new("t1", "its address 0 is none that was planned there")] };

        Assert.Empty(await Seven(rail));
        Assert.Equal(["solana: lookup table t1: its address 0 is none that was planned there"], await Seven(other));
        await rows.Retire("t1", "for the test", Cancel);
        Assert.Empty(await Seven(other));

        async Task<IReadOnlyList<string>> Seven(RailEvidence told) =>
            (await Verify(books, new(Later, [told], []))).Single(found => found.Id == "7").Findings;
    }

    [Fact]
    public async Task Each_rail_has_its_own_treasury()
    {
        await using var books = await Opened();
        var other = RailName.Parse("other");
        Assert.True((await new DepositRows(books.Database, TimeProvider.System).Credit(
            new ChainTransfer("genesis2", "dep1", "treasury2", Micros(9), 1) { Rail = other }, Customer(), null, Cancel)).Stands);
        RailEvidence second = new(other, "genesis2", "treasury2", 100, Micros(9), [In("dep1", 9)]);
        var first = Rail(920, Moves) with { Addresses = [Unswept] };

        Assert.Equal(
            Standing.Holds, (await Verify(books, new(Later, [first, second], []))).Single(one => one.Id == "7").Standing);
        var broken = (await Verify(books, new(Later, [first, second with { Balance = Usdc.Zero, Moves = [] }], [])))
            .Single(one => one.Id == "7");
        Assert.StartsWith("other: deposit:genesis2:dep1", Assert.Single(broken.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_source_was_configured_for_is_not_checked_and_what_was_left_out_is_told()
    {
        await using var books = await Opened();
        var audit = new BooksAudit(books.Database, TimeProvider.System);
        var missing = await audit.Verify(new BooksEvidence { Chain = new Nowhere() }, cancel: Cancel);
        var leftOut = await audit.Verify(
            new BooksEvidence { LeftOut = new HashSet<string> { "7", "anchors", "8", "10b", "12", "16" } }, cancel: Cancel);

        var seven = missing.Invariants.Single(found => found.Id == "7");
        Assert.Equal((Standing.NotChecked, "no node"), (seven.Standing, seven.Findings.Single()));
        Assert.True(missing.IsReachable);
        Assert.False(missing.IsComplete);
        Assert.Equal(Standing.LeftOut, leftOut.Invariants.Single(found => found.Id == "7").Standing);
        Assert.True(leftOut.IsComplete, string.Join(' ', leftOut.Invariants));
    }

    private static ChunkId Id(int n) => ChunkId.From(PrefixedId.Derive("chunk", $"{n}"));

    private static ChunkPayout Paid(int n, long micros = 60) => new(
        PayoutId.From(PrefixedId.Derive("payout", $"{n}")), Provider(1), $"wallet{n}", Micros(micros), Usdc.Zero);

    private static SignedAttempt Attempt(string signature) =>
        new(1, signature, [1, (byte)signature[^1]], Genesis, "nonce", "value", null);

    private static async Task Post(TestBook books, Journal journal) =>
        Assert.True((await books.Book.Post(Entry.Of(journal), Cancel)).Stands);

    private static async Task<IReadOnlyList<string>> Found(
        TestBook books,
        long balance,
        ChainMove[] moves,
        DateTimeOffset? readAt = null,
        IReadOnlyList<AddressEvidence>? addresses = null)
    {
        var rail = Rail(balance, moves) with { Addresses = addresses ?? [Unswept] };
        return (await Verify(books, new(readAt ?? Later, [rail], []))).Single(found => found.Id == "7").Findings;
    }

    private static async Task<IReadOnlyList<InvariantResult>> Verify(TestBook books, ChainEvidence evidence) =>
        (await new BooksAudit(books.Database, TimeProvider.System).Verify(
            new BooksEvidence { Chain = new ChainTold(evidence) }, cancel: Cancel)).Invariants;

    private async Task<TestBook> Opened()
    {
        var books = await Open();
        var deposits = new DepositRows(books.Database, TimeProvider.System);
        await deposits.Credit(new(Genesis, "dep1", Treasury, Micros(1_000), 1), Customer(), null, Cancel);
        await deposits.CreditUnswept(new(Genesis, "dep2", AddressAccount, Micros(30), 1), Customer(), Cancel);
        Assert.True(await deposits.PostSweep("swp1", Micros(20), Cancel));
        await Post(books, Journals.Move("earn:1", Chart.Available(Customer()), Chart.Payable(Provider(1)), 500));
        await Post(books, PayoutJournals.FundFeePayer("start", 1_000_000));
        var chunks = new PayoutChunks(books.Database, TimeProvider.System);
        var lane = (await chunks.Take("lane_0", "nonce", "worker", TimeSpan.FromMinutes(1), Cancel))!;
        await chunks.Plan(lane, Id(1), [Paid(1), Paid(2, 40)], Cancel);
        await chunks.RecordSigned(lane, Id(1), Attempt("sig1"), SigningCaps.None, Cancel);
        await chunks.RecordSent(lane, Id(1), 1, Cancel);
        Assert.IsType<ChunkOutcome.Done>(await chunks.Finalize(lane, Id(1), "sig1", 9, 5_000, Cancel));
        return books;
    }

    private sealed class Nowhere : IChainEvidence
    {
        public Task<ChainEvidence> Read(CancellationToken cancel = default) =>
            throw new EvidenceMissingException("no node");
    }
}

public sealed class SqliteChainCheckTests : ChainCheckContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresChainCheckTests : ChainCheckContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
