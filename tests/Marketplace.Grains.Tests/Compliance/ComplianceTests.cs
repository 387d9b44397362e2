using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Compliance;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Marketplace.Testing.Compliance;

namespace Marketplace.Grains.Tests.Compliance;

/// <summary>From the list to the payout that waits, is decided, and goes out once or not at all.</summary>
public sealed class ComplianceTests : IDisposable
{
    private const string Name = "Basement Rigs";

    /// <summary>Has all words of the name and more: a person has to look.</summary>
    private const string LikeName = "Basement Rigs Overseas Holding";

    private static readonly DeviceId Device = DeviceId.From(PrefixedId.Derive("device", "1"));

    private readonly ListFolder _list = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _list.Dispose();

    [Fact]
    public async Task A_payout_in_review_is_released_by_two_people_and_paid_once()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), (LikeName, null));
        await using var cluster = await Open(fourEyesAbove: "1");
        var payout = await Ask(cluster, 1, 3_000_000);
        var review = await InReview(cluster, payout);

        Assert.IsType<ReviewOutcome.NotClaimed>(await review.Release(Person(1), ReviewEnding.Pay, Cancel));
        await review.Claim(Person(1), Cancel);
        await review.Release(Person(1), ReviewEnding.Pay, Cancel);
        Assert.IsType<ReviewOutcome.SamePerson>(await review.Approve(Person(1), Cancel));
        Assert.Equal("review", (await payout.Describe(Cancel))!.State);
        Assert.IsType<ReviewOutcome.Done>(await review.Approve(Person(2), Cancel));

        var posted = await Until(payout, "posted");
        Assert.IsType<ReviewOutcome.Decided>(await review.Approve(Person(2), Cancel));
        Assert.Null(posted.Trouble);
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal((0, 0), (await cluster.Books.Payable(PaymentBooks.Provider(1)), await cluster.Books.Held(PaymentBooks.Provider(1))));
        var audit = await new AuditLog(cluster.Books.Database, TimeProvider.System).List(null, 100, Cancel);
        var acts = audit.Where(line => line.Subject == review.GetPrimaryKeyString()).Select(line => line.Action);
        Assert.Equal("review.approve review.claim review.release", string.Join(' ', acts.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_blocked_payout_leaves_the_providers_reach_until_two_people_give_it_back()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), (LikeName, null));
        await using var cluster = await Open();
        var provider = PaymentBooks.Provider(1);
        var payout = await Ask(cluster, 1, 3_000_000);
        var review = await InReview(cluster, payout);

        await review.Claim(Person(1), Cancel);
        await review.Block(Person(1), Cancel);

        Assert.Equal("refused", (await payout.Describe(Cancel))!.State);
        Assert.Equal((0, 0), (await cluster.Books.Payable(provider), await cluster.Books.Held(provider)));
        Assert.Equal(3_000_000, (await cluster.Books.Book.Balance(Chart.Blocked(review.GetPrimaryKeyString()), Cancel)).Amount);

        await review.Release(Person(1), ReviewEnding.Pay, Cancel);
        Assert.IsType<ReviewOutcome.SamePerson>(await review.Approve(Person(1), Cancel));
        await review.Approve(Person(2), Cancel);
        Assert.IsType<ReviewOutcome.Decided>(await review.Approve(Person(2), Cancel));

        Assert.Equal((3_000_000, 0), (await cluster.Books.Payable(provider), await cluster.Books.Held(provider)));
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        await cluster.Books.AssertBalanced();
    }

    [Fact]
    public async Task A_returned_payout_is_payable_again_also_when_the_host_dies_over_it()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), (LikeName, null));
        await using var cluster = await Open(new CrashPoint("payout.refused"));
        var provider = PaymentBooks.Provider(1);
        var payout = await Ask(cluster, 1, 3_000_000);
        var review = await InReview(cluster, payout);
        await review.Claim(Person(1), Cancel);

        await Assert.ThrowsAnyAsync<Exception>(() => review.Release(Person(1), ReviewEnding.Return, Cancel));
        await SettlementCluster.Until(
            () => review.Describe(Cancel), one => one is { State: ReviewState.Cleared, IsDone: true }, "the decision is done");

        Assert.Equal("refused", (await payout.Describe(Cancel))!.State);
        Assert.Equal((3_000_000, 0), (await cluster.Books.Payable(provider), await cluster.Books.Held(provider)));
    }

    /// <summary>It was planned, its chunk was given up, and only then somebody decided against it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payout_that_ends_after_its_chunk_died_leaves_nothing_held(bool isBlocked)
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), (LikeName, null));
        await using var cluster = await Open();
        var provider = PaymentBooks.Provider(1);
        var payout = await Ask(cluster, 1, 3_000_000);
        var review = await InReview(cluster, payout);
        var chunk = ChunkId.From(PrefixedId.Derive("chunk", "1"));
        var chunks = cluster.Books.Chunks;
        var lane = (await chunks.Take("lane_by_hand", "nonce", "nobody", TimeSpan.FromMinutes(1), Cancel))!;
        var row = new ChunkPayout(
            PayoutId.Parse(payout.GetPrimaryKeyString()),
            provider,
            LaneScene.Wallet(1).PublicKey.ToString(),
            Usdc.FromMicros(3_000_000),
            Usdc.Zero);
        Assert.IsType<PlanOutcome.Planned>(await chunks.Plan(lane, chunk, [row], Cancel));
        Assert.IsType<ChunkOutcome.Done>(await chunks.RecordDead(lane, chunk, "never signed", Cancel));
        Assert.Equal(3_000_000, (await cluster.Books.Book.Balance(Chart.Treasury, Cancel)).Held);

        await review.Claim(Person(1), Cancel);
        Assert.IsType<ReviewOutcome.Done>(
            isBlocked ? await review.Block(Person(1), Cancel) : await review.Release(Person(1), ReviewEnding.Return, Cancel));

        Assert.Equal("refused", (await payout.Describe(Cancel))!.State);
        Assert.Equal(0, (await cluster.Books.Book.Balance(Chart.Treasury, Cancel)).Held);
        Assert.Equal((isBlocked ? 0 : 3_000_000, 0), (await cluster.Books.Payable(provider), await cluster.Books.Held(provider)));
    }

    [Fact]
    public async Task A_host_that_dies_right_after_the_verdict_finds_the_same_one()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), (LikeName, null));
        await using var cluster = await Open(new CrashPoint("payout.screened"));
        var payout = await Ask(cluster, 1, 3_000_000);

        await InReview(cluster, payout);

        var rows = await new Register(cluster.Books.Database, cluster.Books.Book)
            .List(RegisterKinds.Review, PaymentBooks.Provider(1).Value, null, null, 100, Cancel);
        Assert.Single(rows, row => row.Detail.Contains(payout.GetPrimaryKeyString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_list_that_is_too_old_makes_payouts_wait_and_a_new_one_lets_them_go()
    {
        var now = TimeProvider.System.GetUtcNow();
        _list.Publish(now.AddDays(-6), ("Nobody Atall", null));
        await using var cluster = await Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        cluster.Clock.Advance(TimeSpan.FromDays(2));
        var payout = Payout(cluster, 1);
        Assert.IsType<PayoutOutcome.Accepted>(await payout.Request(provider, Usdc.FromMicros(3_000_000), Cancel));

        await SettlementCluster.Until(
            () => cluster.Grains.GetGrain<IPayoutLaneGrain>("lane_0").Describe(Cancel),
            lane => lane.Trouble?.Contains("compliance-list-stale", StringComparison.Ordinal) ?? false,
            "the lane waits for a list");
        var view = (await payout.Describe(Cancel))!;
        Assert.Equal("requested", view.State);
        Assert.StartsWith("compliance-list-stale", view.Trouble, StringComparison.Ordinal);
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        var wallet = await cluster.Grains.GetGrain<IProviderGrain>(provider.Value)
            .SetWallet(LaneScene.Wallet(2).PublicKey.ToString(), Cancel);
        Assert.Equal("compliance-list-stale", Assert.IsType<WalletOutcome.NotNow>(wallet).Code);

        _list.Publish(now.AddDays(1), ("Nobody Atall", null));

        await Until(payout, "posted");
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_new_edition_that_names_the_wallet_suspends_its_provider()
    {
        var now = TimeProvider.System.GetUtcNow();
        _list.Publish(now, ("Nobody Atall", null));
        await using var cluster = await Open();
        var provider = await Provider(cluster, 1, 3_000_000);

        _list.Publish(now, ("Nobody Atall", LaneScene.Wallet(1).PublicKey.ToString()));

        var grain = cluster.Grains.GetGrain<IProviderGrain>(provider.Value);
        var stopped = await SettlementCluster.Until(
            () => grain.Describe(Cancel), one => one!.Suspended, "the provider is suspended");
        Assert.IsType<PayoutOutcome.Suspended>(await Payout(cluster, 1).Request(provider, Usdc.FromMicros(1_000_000), Cancel));

        // Found to be somebody else by two people, it trades again, and the next edition leaves it alone.
        var review = cluster.Grains.GetGrain<IReviewGrain>(stopped!.SuspendedReason!["compliance: case ".Length..]);
        await review.Claim(Person(1), Cancel);
        await review.Release(Person(1), ReviewEnding.Pay, Cancel);
        await review.Approve(Person(2), Cancel);
        Assert.False((await grain.Describe(Cancel))!.Suspended);
    }

    [Fact]
    public async Task Payouts_of_a_provider_whose_devices_failed_verification_wait_for_a_person()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), ("Nobody Atall", null));
        await using var cluster = await Open();
        var provider = PaymentBooks.Provider(1);
        var failures = new ProofFailures(
            new Register(cluster.Books.Database, cluster.Books.Book), cluster.Clock);
        await Fail(1, "bad-sums");
        await Fail(1, "bad-sums");
        Assert.Equal((1, $"bad-sums of {Device} in ren_1"), await failures.Of(provider, Cancel));
        Assert.Equal((0, null), await failures.Of(PaymentBooks.Provider(2), Cancel));
        cluster.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal((0, null), await failures.Of(provider, Cancel));

        _list.Publish(cluster.Clock.GetUtcNow(), ("Nobody Atall", null));
        await Fail(2, "bad-sums");
        await Fail(3, "bad-sums");
        await Fail(4, "bad-delivery");
        var payout = await Ask(cluster, 1, 3_000_000);

        var view = await Until(payout, "review");
        Assert.Contains("proofs-failed", view.Trouble, StringComparison.Ordinal);
        var review = (await Review(cluster, view).Describe(Cancel))!;
        var reason = Assert.Single(review.Reasons, one => one.Code == "proofs-failed");
        Assert.Equal(30, reason.Points);
        Assert.EndsWith($"bad-delivery of {Device} in ren_4 the last", reason.Evidence, StringComparison.Ordinal);

        Task Fail(int number, string code) => failures.Record(
            AttemptId.From(PrefixedId.Derive("attempt", $"{number}")), provider, Device, $"ren_{number}", code, Cancel);
    }

    [Fact]
    public async Task A_listed_wallet_is_refused_and_the_old_one_stays()
    {
        var listed = LaneScene.Wallet(2).PublicKey.ToString();
        _list.Publish(TimeProvider.System.GetUtcNow(), ("Nobody Atall", listed));
        await using var cluster = await Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        var grain = cluster.Grains.GetGrain<IProviderGrain>(provider.Value);

        var first = Assert.IsType<WalletOutcome.Sanctioned>(await grain.SetWallet(listed, Cancel));
        var again = Assert.IsType<WalletOutcome.Sanctioned>(await grain.SetWallet(listed, Cancel));

        Assert.Equal(first, again);
        Assert.Equal(LaneScene.Wallet(1).PublicKey.ToString(), (await grain.Describe(Cancel))!.Wallet);
        var review = (await cluster.Grains.GetGrain<IReviewGrain>(first.Review).Describe(Cancel))!;
        Assert.Equal((ScreenBand.Block, ReviewState.Open, listed), (review.Band, review.State, Assert.Single(review.Hits).Asked));
    }

    [Fact]
    public async Task A_large_payout_waits_for_the_identity_and_leaves_a_travel_record()
    {
        _list.Publish(TimeProvider.System.GetUtcNow(), ("Nobody Atall", null));
        await using var cluster = await Open(travelRule: "2");
        var provider = await Provider(cluster, 1, 3_000_000);
        var payout = Payout(cluster, 1);

        var missing = Assert.IsType<PayoutOutcome.IdentityMissing>(
            await payout.Request(provider, Usdc.FromMicros(3_000_000), Cancel));
        Assert.Equal("legalName street town country dateOfBirth selfHosted", string.Join(' ', missing.Fields));
        await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).SetIdentity(
            new()
            {
                LegalName = "Rigs of the North",
                IsCompany = true,
                Street = "Quay 5",
                Town = "Bergen",
                Country = "NO",
                RegistrationNumber = "1",
                IsSelfHosted = true,
            },
            Cancel);
        await payout.Request(provider, Usdc.FromMicros(3_000_000), Cancel);
        await Until(payout, "posted");

        var record = Assert.Single(
            (await cluster.Grains.GetGrain<IComplianceGrain>(0).TravelRecords(null, 10, Cancel)).Data);
        Assert.Equal((provider, Usdc.FromMicros(3_000_000), "Bergen"), (record.Provider, record.Amount, record.Beneficiary.Town));
    }

    private Task<SettlementCluster> Open(
        ICheckpoint? checkpoint = null, string fourEyesAbove = "10000", string travelRule = "1000") =>
        SettlementCluster.Open(
            checkpoint,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Compliance:ListPath"] = _list.Path,
                ["Compliance:ListLookEvery"] = "00:00:00.050",
                ["Compliance:TravelRuleUsd"] = travelRule,
                ["Payouts:FourEyesAboveUsdc"] = fourEyesAbove,
            });

    private static async Task<IPayoutGrain> Ask(SettlementCluster cluster, int number, long micros)
    {
        var provider = await Provider(cluster, number, micros);
        var payout = Payout(cluster, number);
        Assert.IsType<PayoutOutcome.Accepted>(await payout.Request(provider, Usdc.FromMicros(micros), Cancel));
        return payout;
    }

    private static async Task<IReviewGrain> InReview(SettlementCluster cluster, IPayoutGrain payout)
    {
        var view = await Until(payout, "review");
        Assert.Contains("sanctions-name", view.Trouble, StringComparison.Ordinal);
        return Review(cluster, view);
    }

    private static IReviewGrain Review(SettlementCluster cluster, PayoutView view) =>
        cluster.Grains.GetGrain<IReviewGrain>(
            view.Trouble!["in review (".Length..][..(ReviewId.Prefix.Length + PrefixedId.BodyLength)]);

    private static async Task<PayoutView> Until(IPayoutGrain payout, string state) => (await SettlementCluster.Until(
        () => payout.Describe(Cancel), view => view?.State == state, $"the payout is {state}"))!;

    private static Reviewer Person(int number) =>
        new(AccountId.From(PrefixedId.Derive("person", $"{number}")), $"key_{number}", "looked into it");

    private static IPayoutGrain Payout(SettlementCluster cluster, int number) =>
        cluster.Grains.GetGrain<IPayoutGrain>(PayoutId.From(PrefixedId.Derive("payout", $"{number}")).Value);

    private static async Task<ProviderId> Provider(SettlementCluster cluster, int number, long micros)
    {
        var provider = PaymentBooks.Provider(number);
        await cluster.Books.Earn(provider, micros, $"earn:{number}");
        cluster.Chain.MintUsdc(cluster.Rail.Treasury, (ulong)micros);
        var grain = cluster.Grains.GetGrain<IProviderGrain>(provider.Value);
        await grain.Open(PaymentBooks.Customer(number), Name, live: true, Cancel);
        Assert.IsType<WalletOutcome.Set>(await SettlementCluster.Until(
            Set, outcome => outcome is not WalletOutcome.NotNow, "the newest edition of the list is read"));
        return provider;

        async Task<WalletOutcome> Set()
        {
            var outcome = await grain.SetWallet(LaneScene.Wallet(number).PublicKey.ToString(), Cancel);

            if (outcome is WalletOutcome.NotNow)
            {
                // The edition before was old: the source looks for another one with the next turn of its clock.
                cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            return outcome;
        }
    }
}
