using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Compliance;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Marketplace.Testing.Compliance;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>USDC goes back once or not at all: from the request through compliance, lane and chain to the books.</summary>
public sealed partial class UsdcRefundTests : IDisposable
{
    private const long Deposited = 3_000_000;
    private const string Unowned = "sig_unowned";

    private readonly ListFolder _list = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _list.Dispose();

    [Fact]
    public async Task A_refund_asked_for_twice_is_paid_once_to_the_wallet_that_was_named()
    {
        await using var cluster = await Open();
        var account = await Customer(cluster);
        await Spend(cluster, account, 500_000);

        var first = Accepted(await Refund(cluster, 1).Request(account, Wish(1_250_000), Cancel));
        var again = Accepted(await Refund(cluster, 1).Request(account, Wish(1_250_000), Cancel));
        Assert.Equal(first.Id, again.Id);
        Assert.IsType<UsdcRefundOutcome.KeyTaken>(await Refund(cluster, 1).Request(account, Wish(1_250_001), Cancel));
        Assert.IsType<UsdcRefundOutcome.KeyTaken>(
            await Refund(cluster, 1).Request(account, Wish(1_250_000, wallet: 2), Cancel));

        var posted = await Until(Refund(cluster, 1), "posted");
        Assert.Null(posted.Trouble);
        Assert.NotNull(posted.Signature);
        Assert.Equal(1_250_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal(1_250_000, await Available(cluster, account));
        await AssertHolds(cluster);
    }

    [Fact]
    public async Task A_refund_above_the_deposits_that_are_left_says_how_much_is_left()
    {
        await using var cluster = await Open();
        var account = await Customer(cluster);
        await Spend(cluster, account, 500_000);
        await cluster.Books.Book.Post(Entry.Of(PromoTopUp(account, 9_000_000)), Cancel);

        Accepted(await Refund(cluster, 1).Request(account, Wish(2_000_000), Cancel));
        var refused = await Refund(cluster, 2).Request(account, Wish(1_000_001), Cancel);

        Assert.Equal(new UsdcRefundOutcome.AboveDeposits(Usdc.FromMicros(1_000_000)), refused);
        Assert.Null(await Refund(cluster, 2).Describe(Cancel));
    }

    [Fact]
    public async Task An_unused_deposit_that_goes_back_is_looked_at_by_a_person()
    {
        await using var cluster = await Open();
        var account = await Customer(cluster);

        Accepted(await Refund(cluster, 1).Request(account, Wish(Deposited), Cancel));
        var waiting = await Until(Refund(cluster, 1), "review");
        Assert.Contains("no-compute", waiting.Trouble, StringComparison.Ordinal);
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        var review = Review(cluster, waiting);
        await review.Claim(Person(1), Cancel);
        await review.Release(Person(1), ReviewEnding.Pay, Cancel);

        await Until(Refund(cluster, 1), "posted");
        Assert.Equal(0, await Available(cluster, account));
    }

    [Fact]
    public async Task A_refund_to_a_listed_wallet_is_held_until_two_people_block_or_return_it()
    {
        _list.Publish(
            TimeProvider.System.GetUtcNow(), ("Nobody Atall", LaneScene.Wallet(1).PublicKey.ToString()));
        await using var cluster = await Open();
        var account = await Customer(cluster);
        await Spend(cluster, account, 500_000);
        Accepted(await Refund(cluster, 1).Request(account, Wish(2_000_000), Cancel));
        var waiting = await Until(Refund(cluster, 1), "review");
        var review = Review(cluster, waiting);

        Assert.Equal(ScreenBand.Block, (await review.Describe(Cancel))!.Band);
        await review.Claim(Person(1), Cancel);
        await review.Block(Person(1), Cancel);
        Assert.Equal("refused", (await Refund(cluster, 1).Describe(Cancel))!.State);
        Assert.Equal(500_000, await Available(cluster, account));
        await AssertHolds(cluster);

        await review.Release(Person(1), ReviewEnding.Return, Cancel);
        Assert.IsType<ReviewOutcome.SamePerson>(await review.Approve(Person(1), Cancel));
        Assert.IsType<ReviewOutcome.Done>(await review.Approve(Person(2), Cancel));
        Assert.Equal(2_500_000, await Available(cluster, account));
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        await AssertHolds(cluster);
    }

    [Fact]
    public async Task A_deposit_in_suspense_goes_back_when_a_second_person_approves()
    {
        await using var cluster = await Open();
        await CreditUnowned(cluster);

        var asked = Accepted(await Refund(cluster, 1).RequestUnmatched(Unowned, Back(), Person(1), Cancel));
        Assert.Equal(("review", Deposited), (asked.State, asked.Amount.Micros));
        Accepted(await Refund(cluster, 1).RequestUnmatched(Unowned, Back(), Person(1), Cancel));
        Assert.IsType<UsdcRefundOutcome.KeyTaken>(
            await Refund(cluster, 1).RequestUnmatched(Unowned, Back(wallet: 2), Person(1), Cancel));
        Assert.IsType<UsdcRefundOutcome.NotWaiting>(
            await Refund(cluster, 2).RequestUnmatched(Unowned, Back(), Person(2), Cancel));
        Assert.IsType<UsdcRefundOutcome.Unknown>(
            await Refund(cluster, 2).RequestUnmatched("no-such", Back(), Person(2), Cancel));
        Assert.Equal(0, (await cluster.Books.Book.Balance(Chart.Suspense, Cancel)).Free);

        var review = Review(cluster, asked);
        Assert.IsType<ReviewOutcome.SamePerson>(await review.Approve(Person(1), Cancel));
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.IsType<ReviewOutcome.Done>(await review.Approve(Person(2), Cancel));

        var posted = await Until(Refund(cluster, 1), "posted");
        Assert.Equal((ulong)Deposited, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal(0, (await cluster.Books.Book.Balance(Chart.Suspense, Cancel)).Amount);
        Assert.IsType<SuspenseOutcome.GoesBack>(await Match(cluster, await Customer(cluster, fund: false)));
        await AssertHolds(cluster);
    }

    [Fact]
    public async Task Of_two_administrators_who_match_and_refund_at_once_one_succeeds()
    {
        await using var cluster = await Open();
        await CreditUnowned(cluster);
        var account = await Customer(cluster, fund: false);

        var matching = Match(cluster, account);
        var refunding = Refund(cluster, 1).RequestUnmatched(Unowned, Back(), Person(1), Cancel);
        var isMatched = await matching is SuspenseOutcome.Matched;
        var goesBack = await refunding is UsdcRefundOutcome.Accepted;

        Assert.True(isMatched ^ goesBack);
        Assert.Equal(isMatched ? Deposited : 0, await Available(cluster, account));
        await AssertHolds(cluster);
    }

    [Fact]
    public async Task A_deposit_does_not_go_back_to_a_listed_wallet_and_waits_on()
    {
        _list.Publish(
            TimeProvider.System.GetUtcNow(), ("Nobody Atall", LaneScene.Wallet(1).PublicKey.ToString()));
        await using var cluster = await Open();
        await CreditUnowned(cluster);

        Assert.IsType<UsdcRefundOutcome.WalletListed>(await SettlementCluster.Until(
            () => Refund(cluster, 1).RequestUnmatched(Unowned, Back(), Person(1), Cancel),
            outcome => outcome is not UsdcRefundOutcome.Accepted,
            "the list is read"));
        Assert.Equal(Deposited, (await cluster.Books.Book.Balance(Chart.Suspense, Cancel)).Free);
        Accepted(await Refund(cluster, 2).RequestUnmatched(Unowned, Back(wallet: 2), Person(1), Cancel));
    }

    [Fact]
    public async Task Nothing_goes_to_a_program_a_token_account_or_the_treasury()
    {
        await using var cluster = await Open();
        var account = await Customer(cluster);
        var tokens = cluster.Chain.MintUsdc(LaneScene.Wallet(5).PublicKey, 0);

        await Unfit(tokens.ToString(), "off the curve");
        await Unfit(cluster.Chain.UsdcMint.ToString(), "no plain wallet");
        await Unfit(cluster.Rail.Treasury.ToString(), "treasury itself");
        await Unfit("not-an-address", "no address");
        Assert.Equal(Deposited, await Available(cluster, account));

        async Task Unfit(string wallet, string why)
        {
            var wish = new NewUsdcRefund(Usdc.FromMicros(1_000_000), wallet, RailName.Solana, null);
            var unfit = Assert.IsType<UsdcRefundOutcome.WalletUnfit>(await Refund(cluster, 1).Request(account, wish, Cancel));
            Assert.Contains(why, unfit.Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refund_whose_account_is_frozen_on_the_way_is_set_aside_and_retried_or_cancelled()
    {
        await using var cluster = await Open();
        var account = await Customer(cluster);
        var tokens = cluster.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0);
        var first = Accepted(await Refund(cluster, 1).Request(account, Wish(1_000_000), Cancel));
        var second = Accepted(await Refund(cluster, 2).Request(account, Wish(500_000), Cancel));
        Assert.IsType<UsdcRefundOutcome.OnItsWay>(await Refund(cluster, 1).Cancel(Act, Cancel));
        cluster.Chain.SetFrozen(tokens, true);
        Assert.Contains(
            "frozen",
            Assert.IsType<UsdcRefundOutcome.WalletUnfit>(
                await Refund(cluster, 3).Request(account, Wish(1_000_000), Cancel)).Why,
            StringComparison.Ordinal);

        foreach (var refund in new[] { first, second })
        {
            await Review(cluster, refund).Claim(Person(1), Cancel);
            await Review(cluster, refund).Release(Person(1), ReviewEnding.Pay, Cancel);
            Assert.Contains(
                "frozen", (await Until(Grain(cluster, refund), "frozen")).Trouble, StringComparison.Ordinal);
        }

        Accepted(await Refund(cluster, 2).Cancel(Act, Cancel));
        Assert.Equal(2_000_000, await Available(cluster, account));
        cluster.Chain.SetFrozen(tokens, false);
        await Refund(cluster, 1).Retry(Act, Cancel);
        await Until(Refund(cluster, 1), "posted");
        Assert.IsType<UsdcRefundOutcome.OnItsWay>(await Refund(cluster, 1).Cancel(Act, Cancel));
        Assert.Equal(1_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal("refused", (await Refund(cluster, 2).Describe(Cancel))!.State);
        Assert.Equal(2_000_000, await Available(cluster, account));
    }

    [Theory]
    [InlineData("usdcrefund.requested")]
    [InlineData("usdcrefund.screened")]
    public async Task A_refund_whose_host_dies_over_it_is_paid_though_nobody_asks_again(string point)
    {
        await using var cluster = await Open(new CrashPoint(point));
        var account = await Customer(cluster);
        await Spend(cluster, account, 500_000);

        await Assert.ThrowsAnyAsync<Exception>(() => Refund(cluster, 1).Request(account, Wish(1_000_000), Cancel));

        await Until(Refund(cluster, 1), "posted");
        Assert.Equal(1_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal(1_500_000, await Available(cluster, account));
    }

    [Fact]
    public async Task A_large_refund_waits_for_who_has_the_wallet_and_leaves_a_travel_record()
    {
        await using var cluster = await Open(travelRule: "2");
        var account = await Customer(cluster);
        await Spend(cluster, account, 500_000);

        var missing = Assert.IsType<UsdcRefundOutcome.IdentityMissing>(
            await Refund(cluster, 1).Request(account, Wish(2_000_000), Cancel));
        Assert.Equal("legalName street town country dateOfBirth selfHosted", string.Join(' ', missing.Fields));
        Accepted(await Refund(cluster, 1).Request(account, Wish(2_000_000) with { Beneficiary = Somebody }, Cancel));

        await Until(Refund(cluster, 1), "posted");
        var records = await cluster.Grains.GetGrain<IComplianceGrain>(0).TravelRecords(null, 10, Cancel);
        Assert.Equal(Somebody, Assert.Single(records.Data).Beneficiary);
    }

    private static AdminAct Act => new("test", "for the test");

    private static ProviderIdentity Somebody => new()
    {
        LegalName = "Ada Lovelace",
        Street = "Quay 5",
        Town = "Bergen",
        Country = "NO",
        DateOfBirth = new(1990, 1, 31),
        IsSelfHosted = true,
    };

    private static Journal PromoTopUp(AccountId account, long micros) =>
        new("topup:test", "topup", [.. Journal.Move(Chart.Treasury, Chart.Available(account), Usdc.FromMicros(micros))]);

    private static UsdcRefund Accepted(UsdcRefundOutcome outcome) =>
        Assert.IsType<UsdcRefundOutcome.Accepted>(outcome).Refund;

    private static NewUsdcRefund Wish(long micros, int wallet = 1) =>
        new(Usdc.FromMicros(micros), LaneScene.Wallet(wallet).PublicKey.ToString(), RailName.Solana, null);

    private static NewUsdcRefund Back(int wallet = 1) =>
        new(null, LaneScene.Wallet(wallet).PublicKey.ToString(), RailName.Solana, Somebody);

    private static Reviewer Person(int number) =>
        new(AccountId.From(PrefixedId.Derive("person", $"{number}")), $"key_{number}", "looked into it");

    private static IUsdcRefundGrain Refund(SettlementCluster cluster, int number) =>
        cluster.Grains.GetGrain<IUsdcRefundGrain>(PayoutId.From(PrefixedId.Derive("refund", $"{number}")).Value);

    private static IUsdcRefundGrain Grain(SettlementCluster cluster, UsdcRefund refund) =>
        cluster.Grains.GetGrain<IUsdcRefundGrain>(refund.Id.Value);

    private static IReviewGrain Review(SettlementCluster cluster, UsdcRefund refund) =>
        cluster.Grains.GetGrain<IReviewGrain>(
            refund.Trouble!["in review (".Length..][..(ReviewId.Prefix.Length + PrefixedId.BodyLength)]);

    private static async Task<UsdcRefund> Until(IUsdcRefundGrain refund, string state) => (await SettlementCluster.Until(
        () => refund.Describe(Cancel), one => one?.State == state, $"the refund is {state}"))!;

    private static Task<SuspenseOutcome> Match(SettlementCluster cluster, AccountId account) =>
        cluster.Grains.GetGrain<ISuspenseGrain>(0).Match(Unowned, account, Act, Cancel);

    private static async Task<long> Available(SettlementCluster cluster, AccountId account) =>
        (await cluster.Books.Book.Balance(Chart.Available(account), Cancel)).Free;

    /// <summary>An account with a deposit that the chain has.</summary>
    private static async Task<AccountId> Customer(SettlementCluster cluster, bool fund = true)
    {
        var account = PaymentBooks.Customer(1);
        await cluster.Grains.GetGrain<IAccountGrain>(account.Value).Open("Ada Lovelace", true, Cancel);

        if (fund)
        {
            await Credit(cluster, "sig_customer", account);
        }

        return account;
    }

    private static Task CreditUnowned(SettlementCluster cluster) => Credit(cluster, Unowned, null);

    private static async Task Credit(SettlementCluster cluster, string signature, AccountId? owner)
    {
        cluster.Chain.MintUsdc(cluster.Rail.Treasury, Deposited);
        var transfer = new ChainTransfer("genesis", signature, "treasury-ata", Usdc.FromMicros(Deposited), 42)
        {
            Sender = LaneScene.Wallet(1).PublicKey.ToString(),
        };
        Assert.True((await cluster.Books.Deposits.Credit(transfer, owner, null, Cancel)).Stands);
    }

    /// <summary>Some compute, so that the deposit was of use.</summary>
    private static async Task Spend(SettlementCluster cluster, AccountId account, long micros) =>
        Assert.True((await cluster.Books.Book.Post(
            Entry.Of(new Journal(
                "fund:test:0", "test", [.. Journal.Move(Chart.Available(account), Chart.Fee(0), Usdc.FromMicros(micros))])),
            Cancel)).Stands);

    /// <summary>The books hold by themselves, and the chain has what they say.</summary>
    private static async Task AssertHolds(SettlementCluster cluster)
    {
        var report = await new BooksAudit(cluster.Books.Database, TimeProvider.System).Verify(
            BooksEvidence.None, cancel: Cancel);
        Assert.Equal(string.Empty, report.Breaks());
        Assert.Equal((long)cluster.Chain.UsdcOf(cluster.Rail.Treasury), await cluster.Books.Treasury());
    }

    private Task<SettlementCluster> Open(ICheckpoint? checkpoint = null, string travelRule = "1000")
    {
        if (!File.Exists(Path.Combine(_list.Path, "sdn.csv")))
        {
            _list.Publish(TimeProvider.System.GetUtcNow(), ("Nobody Atall", null));
        }

        return SettlementCluster.Open(
            checkpoint,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Compliance:ListPath"] = _list.Path,
                ["Compliance:ListLookEvery"] = "00:00:00.050",
                ["Compliance:TravelRuleUsd"] = travelRule,
                ["Refunds:MinimumUsdc"] = "0.1",
            });
    }
}
