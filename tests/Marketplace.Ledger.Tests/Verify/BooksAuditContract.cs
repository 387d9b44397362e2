using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Verify;

/// <summary>Books that hold, and for every invariant a way to break them that the audit finds.</summary>
public abstract class BooksAuditContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task Books_with_every_kind_of_work_hold()
    {
        await using var books = await Opened();
        var report = await Verify(books);

        Assert.True(report.Holds, report.Breaks());
        Assert.True(report.IsReachable);
        Assert.False(report.IsComplete);
        Assert.Equal(string.Empty, report.Breaks());
        Assert.Equal(
            ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10a", "10b", "11", "12", "13", "14", "15a", "15b", "15c", "16"],
            report.Invariants.Select(found => found.Id).Where(id => char.IsAsciiDigit(id[0])));
    }

    [Fact]
    public async Task At_the_start_of_a_host_only_the_quick_ones_are_looked_at()
    {
        await using var books = await Opened();
        var report = await Audit(books).Verify(BooksEvidence.None, BooksScope.Start, Cancel);

        Assert.Equal(["1", "2", "3", "4", "5", "6", "14"], report.Invariants.Select(found => found.Id));
        Assert.True(report.Holds);
    }

    [Fact]
    public async Task Work_that_nobody_looks_after_is_found()
    {
        await using var books = await Opened();
        await books.Register.Put([new("job", "job_1", Customer().Value, "running", "{}", DateTimeOffset.UnixEpoch)], Cancel);

        Assert.Equal(["9"], await Broken(books));
    }

    [Fact]
    public async Task A_charge_without_a_receipt_is_found()
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        await Stand(books, LeaseJournals.Charge("job_2", Provider(), Micros(10), 1_000));

        Assert.Equal(["10a"], await Broken(books));
    }

    [Theory]
    [InlineData(11, 4_000_000, 3_500_000)]
    [InlineData(10, 4_000_000, 3_500_001)]
    [InlineData(10, 4_000_001, 3_400_000)]
    public async Task A_receipt_that_tells_another_charge_or_another_price_is_found(
        long told, long promptPrice, long outputPrice)
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        var entry = Entry.Of(LeaseJournals.Charge("job_2", Provider(), Micros(10), 1_000)) with
        {
            Receipts = [Receipt("job_2", told, promptPrice, outputPrice)],
        };
        Assert.True((await books.Book.Post(entry, Cancel)).Stands);

        // 1 prompt and 2 output tokens: 4 + 7 = 11, 4 + 7 = 11, 4 + 6 = 10.
        var isRight = told == 10 && promptPrice == 4_000_001;
        Assert.Equal(isRight ? [] : ["10a"], await Broken(books));
    }

    [Theory]
    [InlineData(10, 2_500_000, 4, true)]
    [InlineData(10, 2_500_000, 5, false)]
    [InlineData(10, 2_400_000, 4, false)]
    public async Task Embeddings_are_billed_by_their_tokens_alone(long told, long ask, long tokens, bool isRight)
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        var body =
            $$"""
            {"kind":"embedding","meter":{"promptTokens":{{tokens}}},
             "price":{"promptTokens":"{{Micros(ask)}}","outputTokens":"9.000000"},"charge":"{{Micros(told)}}"}
            """;
        var entry = Entry.Of(LeaseJournals.Charge("job_2", Provider(), Micros(told), 1_000)) with
        {
            Receipts = [Receipt("job_2", body)],
        };
        Assert.True((await books.Book.Post(entry, Cancel)).Stands);

        Assert.Equal(isRight ? [] : ["10a"], await Broken(books));
    }

    [Theory]
    [InlineData(1_000_000, 500_000, 10, true)]
    [InlineData(1_000_000, 500_000, 11, false)]
    [InlineData(1_000_000, 750_000, 11, true)]
    [InlineData(1_000_001, 500_000, 11, false)]
    [InlineData(1_000_000_000, 500_000, 100, true)]
    [InlineData(1_000_000_000, 500_000, 99, false)]
    public async Task A_render_is_billed_by_its_samples_at_each_ask(long samples, long dearer, long charged, bool isRight)
    {
        await using var books = await Opened();
        await Fund(books, "rnd_2", 100, "render");
        var body =
            $$"""
            {"kind":"render","meter":{"pixelSamples":{{samples + dearer}},"pixelSamples@0.000008":{{samples}},
             "pixelSamples@0.000004":{{dearer}},"units":2},
             "price":{"megasample":"0.000004"},"charge":"{{Micros(charged)}}"}
            """;

        // 8 · 1,000,000 + 4 · 500,000 millionths are 10; one sample more does not make 11.
        var entry = Entry.Of(LeaseJournals.ChargeShare("rnd_2", Provider(), Micros(charged), 1_000)) with
        {
            Receipts = [Receipt("rnd_2", body)],
        };
        Assert.True((await books.Book.Post(entry, Cancel)).Stands);

        Assert.Equal(isRight ? [] : ["10a"], await Broken(books));
    }

    [Fact]
    public async Task Providers_of_one_render_share_what_was_set_aside()
    {
        await using var books = await Opened();
        await Fund(books, "rnd_2", 100, "render");
        var entry = new Entry
        {
            Journals =
            [
                LeaseJournals.ChargeShare("rnd_2", Provider(1), Micros(80), 1_000),
                LeaseJournals.ChargeShare("rnd_2", Provider(2), Micros(20), 1_000),
            ],
            Receipts = [Share(1, 80), Share(2, 20)],
        };
        Assert.True((await books.Book.Post(entry, Cancel)).Stands);

        Assert.Empty(await Broken(books));

        NewReceipt Share(int provider, long charged) => Receipt(
            "rnd_2",
            $$"""
            {"kind":"render","meter":{"pixelSamples@1.000000":80},"price":{},"charge":"{{Micros(charged)}}"}
            """) with
        {
            Id = ReceiptId.From(Domain.PrefixedId.Derive("share", $"{provider}")),
            Provider = Provider(provider),
        };
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("body", "signature: is not the marketplace's over the receipt")]
    [InlineData("key", "key: is none of the marketplace's keys")]
    [InlineData("result", "results[0].signature: is not the device's over this result")]
    [InlineData("none", "is not signed")]
    [InlineData("other", "results[0].publicKey: is not the key of dev_", "whose work it is")]
    [InlineData("stranger", "results[0].publicKey: is the key of no device that was ever enrolled")]
    [InlineData("foreign", "results[0].publicKey: is the key of a device of prov_", "not of prov_")]
    [InlineData("early", "results[0].publicKey: is the key of dev_", "which was enrolled later")]
    [InlineData("", "", "", "embedding")]
    [InlineData("other", "results[0].publicKey: is not the key of dev_", "whose work it is", "embedding")]
    public async Task A_receipt_that_marketplace_or_device_has_not_signed_is_found(
        string forged, string why, string further = "", string kind = "text")
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        var entry = Entry.Of(LeaseJournals.Charge("job_2", Provider(), Micros(10), 1_000)) with
        {
            Receipts = [await SignedReceipts.Of(books, "job_2", Micros(10), forged, kind, Cancel)],
        };
        Assert.True((await books.Book.Post(entry, Cancel)).Stands);
        var report = await Audit(books).Verify(
            new BooksEvidence { Signatures = SignedReceipts.IsSigned }, cancel: Cancel);

        var broken = report.Invariants.Where(found => found.Standing == Standing.Broken).ToArray();
        Assert.Equal(why.Length == 0 ? [] : ["10b"], broken.Select(found => found.Id));
        Assert.All(broken, found => Assert.Contains($": {why}", found.Findings.Single(), StringComparison.Ordinal));
        Assert.All(broken, found => Assert.Contains(further, found.Findings.Single(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_charge_that_pays_somebody_else_is_found()
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        await Stand(books, new Journal("tip:job_2", "charge", [.. Journal.Move(Chart.Escrow("job_2"), Chart.Payable(Provider()), Micros(3))]));

        Assert.Equal(["11"], await Broken(books));
    }

    [Fact]
    public async Task What_is_left_of_work_and_goes_to_a_stranger_is_found()
    {
        await using var books = await Opened();
        await Fund(books, "job_2", 100);
        await Stand(books, LeaseJournals.Close("job_2", Customer(2), Usdc.Zero, Micros(100)));

        Assert.Equal(["11"], await Broken(books));
    }

    [Fact]
    public async Task Work_without_money_and_money_without_work_are_found()
    {
        await using var books = await Opened();
        await books.Register.Put([new("job", "job_9", Customer().Value, "queued", "{}", DateTimeOffset.MaxValue)], Cancel);
        await Stand(books, LeaseJournals.Fund("job_8", 0, Customer(), Usdc.Zero, Micros(1)));
        var report = await Verify(books);

        var found = report.Invariants.Single(invariant => invariant.Standing == Standing.Broken);
        Assert.Equal(("13", 2), (found.Id, found.Findings.Count));
    }

    [Theory]
    [InlineData(0, "mkt-epoch-v1:1:1:{0}:{1}", false)]
    [InlineData(1, "mkt-epoch-v1:1:1:{0}:{1}", true)]
    [InlineData(0, "mkt-epoch-v1:1:2:{0}:{1}", true)]
    public async Task An_epoch_whose_root_or_memo_is_not_that_of_its_receipts_is_found(
        int changed, string memo, bool isBroken)
    {
        await using var books = await Opened();
        var epochs = new EpochRows(books.Database, TimeProvider.System);
        var open = (await epochs.Open(100, Cancel))!;
        var bytes = MerkleTree.Root(open.Hashes);
        bytes[0] ^= (byte)changed;
        var root = Convert.ToHexStringLower(bytes);
        Assert.True(await epochs.Close(new(1, 1, open.Hashes.Count, root, epochs.Now()), new("key", "signature"), Cancel));
        var told = string.Format(System.Globalization.CultureInfo.InvariantCulture, memo, open.Hashes.Count, root);
        Assert.True(await new AnchorRows(books.Database, TimeProvider.System).Store(
            new(1, 1, "genesis", "signer", told, [1], "signature", 1, StoredAnchor.Signed), Cancel));

        Assert.Equal(isBroken ? ["epochs"] : [], await Broken(books));
    }

    [Fact]
    public async Task A_message_that_was_forgotten_is_found()
    {
        await using var books = await Opened();
        await books.Book.Post(new() { Messages = [new("m_1", "webhook", "{}")] }, Cancel);
        Assert.Empty(await Broken(books));

        await books.Sql("UPDATE outbox SET due_us = 5 WHERE id = 'm_1'");
        Assert.Equal(["14"], await Broken(books));
        Assert.False((await Audit(books).Verify(BooksEvidence.None, BooksScope.Start, Cancel)).Holds);

        await books.Sql("UPDATE outbox SET state = 'sent' WHERE id = 'm_1'");
        Assert.Empty(await Broken(books));
    }

    [Fact]
    public async Task The_card_processors_balance_is_compared_line_by_line()
    {
        await using var books = await Opened();
        StripeLine[] lines =
        [
            new("txn_1", "topup:pi_1", 10_000_000),
            new("txn_1", "stripefee:txn_1", -600_000),
            new("txn_2", "dispute:dp_1:open", -2_000_000),
            new("txn_3", "dispute:dp_1:open", -15_000_000),
        ];

        Assert.Equal(Standing.Holds, (await Stripe(new(-7_600_000, lines))).Standing);
        Assert.Equal(Standing.Holds, (await Stripe(new(-7_600_000, []))).Standing);
        Assert.Single((await Stripe(new(-7_600_001, lines))).Findings);
        Assert.Single((await Stripe(new(-7_600_000, [.. lines.Skip(1)]))).Findings);
        Assert.Single((await Stripe(new(-7_600_000, [.. lines, new("txn_9", "topup:pi_9", 5)]))).Findings);
        Assert.Single((await Stripe(new(-7_600_000, [lines[0] with { MicroUsd = 9 }, .. lines.Skip(1)]))).Findings);

        async Task<InvariantResult> Stripe(StripeEvidence evidence) =>
            (await Audit(books).Verify(new BooksEvidence { Stripe = new Given(evidence) }, cancel: Cancel)).Invariants.Single(found => found.Id == "8");
    }

    [Fact]
    public async Task A_device_with_more_leases_than_it_has_room_for_is_found()
    {
        await using var books = await Opened();
        ActiveLease[] leases =
        [
            new("dev_1", "lse_1", "att_1", 1), new("dev_2", "lse_1", "att_2", 2), new("dev_2", "lse_2", "att_3", 2),
            new("dev_1", "lse_1", "att_1", 1),
        ];
        Assert.Empty(await Twelve(leases));
        Assert.Equal(
            ["dev_1 is leased at once to lse_1, lse_1, lse_2, and has room for 1"],
            await Twelve([.. leases, new("dev_1", "lse_2", "att_4", 1)]));

        async Task<IReadOnlyList<string>> Twelve(ActiveLease[] told) =>
            (await Audit(books).Verify(new BooksEvidence { Leases = new Given(told) }, cancel: Cancel))
                .Invariants.Single(found => found.Id == "12").Findings;
    }

    [Fact]
    public async Task Another_book_that_adds_up_differently_is_told_account_by_account()
    {
        await using var books = await Opened();
        var other = new AnotherBook();
        Assert.Equal(Standing.Holds, (await Independent(other)).Standing);

        other.Error = 1;
        Assert.Equal(Standing.Broken, (await Independent(other)).Standing);

        async Task<InvariantResult> Independent(IIndependentBook book) =>
            (await Audit(books).Verify(new BooksEvidence { Independent = book }, cancel: Cancel)).Invariants.Single(found => found.Id == "16");
    }

    [Fact]
    public async Task A_source_that_is_down_breaks_nothing_and_is_told()
    {
        await using var books = await Opened();
        var report = await Audit(books).Verify(new BooksEvidence { Chain = new Down(), Independent = new Down() }, cancel: Cancel);

        Assert.True(report.Holds);
        Assert.False(report.IsReachable);
        Assert.All(
            report.Invariants.Where(found => found.Id is "7" or "16"),
            found => Assert.Equal((Standing.Unreachable, "it is down"), (found.Standing, found.Findings.Single())));
    }

    protected static BooksAudit Audit(TestBook books) => new(books.Database, TimeProvider.System);

    protected async Task<TestBook> Opened()
    {
        var books = await Open();
        await Stand(books, CardJournals.TopUp("pi_1", Customer(), Cents.From(10_00)));
        await Stand(books, CardJournals.StripeFee("txn_1", Cents.From(60)));
        await Stand(books, CardJournals.DisputeOpened("dp_1", Customer(), Cents.From(2_00), Cents.From(15_00)));
        await Fund(books, "job_1", 100);
        var end = new Entry
        {
            Journals =
            [
                LeaseJournals.Charge("job_1", Provider(), Micros(10), 1_000),
                LeaseJournals.Close("job_1", Customer(), Usdc.Zero, Micros(90)),
            ],
            Receipts = [Receipt("job_1", 10, 4_000_000, 3_000_000)],
            Register = [new("job", "job_1", Customer().Value, "succeeded", "{}", null)],
        };
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(end, Cancel));
        return books;
    }

    private static async Task Fund(TestBook books, string work, long micros, string kind = "job") => Assert.IsType<PostOutcome.Posted>(
        await books.Book.Post(
            new()
            {
                Journals = [LeaseJournals.Fund(work, 0, Customer(), Usdc.Zero, Micros(micros))],
                Register = [new(kind, work, Customer().Value, "running", "{}", DateTimeOffset.MaxValue)],
            },
            Cancel));

    private static NewReceipt Receipt(string work, long told, long promptPrice, long outputPrice) => Receipt(
        work,
        $$"""
        {"kind":"text","meter":{"outputTokens":2,"promptTokens":1},
         "price":{"promptTokens":"{{Micros(promptPrice)}}","outputTokens":"{{Micros(outputPrice)}}"},
         "charge":"{{Micros(told)}}"}
        """);

    private static NewReceipt Receipt(string work, string body) => new(
        ReceiptId.From(Domain.PrefixedId.Derive("receipt", work)), work, Customer(), Provider(), body);

    private static Task<BooksReport> Verify(TestBook books) => Audit(books).Verify(cancel: Cancel);

    private static async Task<IEnumerable<string>> Broken(TestBook books) => (await Verify(books)).Invariants
        .Where(found => found.Standing == Standing.Broken)
        .Select(found => found.Id);

    private static async Task Stand(TestBook books, Journal journal) =>
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(Entry.Of(journal), Cancel));

    private sealed class Given : IStripeEvidence, ILeaseEvidence
    {
        private readonly StripeEvidence? _stripe;
        private readonly IReadOnlyList<ActiveLease> _leases = [];

        public Given(StripeEvidence stripe) => _stripe = stripe;

        public Given(IReadOnlyList<ActiveLease> leases) => _leases = leases;

        Task<StripeEvidence> IStripeEvidence.Read(CancellationToken cancel) => Task.FromResult(_stripe!);

        Task<IReadOnlyList<ActiveLease>> ILeaseEvidence.Read(CancellationToken cancel) => Task.FromResult(_leases);
    }

    private sealed class Down : IChainEvidence, IIndependentBook
    {
        public Task<ChainEvidence> Read(CancellationToken cancel = default) => throw new IOException("it is down");

        public Task<IReadOnlyDictionary<string, long>> Balances(
            IAsyncEnumerable<StoredJournal> journals, CancellationToken cancel = default) => throw new IOException("it is down");
    }

    private sealed class AnotherBook : IIndependentBook
    {
        public long Error { get; set; }

        public async Task<IReadOnlyDictionary<string, long>> Balances(
            IAsyncEnumerable<StoredJournal> journals, CancellationToken cancel = default)
        {
            var balances = new Dictionary<string, long>(StringComparer.Ordinal);

            await foreach (var posting in journals.SelectMany(journal => journal.Postings).WithCancellation(cancel))
            {
                balances[posting.Account] = balances.GetValueOrDefault(posting.Account) + posting.Amount + Error;
            }

            return balances;
        }
    }
}
