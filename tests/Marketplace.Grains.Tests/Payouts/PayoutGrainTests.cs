using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>From the request to the journal, through grains, lane and chain.</summary>
public sealed class PayoutGrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payout_asked_for_twice_is_paid_once()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        var payout = Payout(cluster, 1);

        var first = Assert.IsType<PayoutOutcome.Accepted>(await payout.Request(provider, Usdc.FromMicros(1_250_000), Cancel));
        var again = Assert.IsType<PayoutOutcome.Accepted>(await payout.Request(provider, Usdc.FromMicros(1_250_000), Cancel));
        Assert.Equal(first.Payout.Id, again.Payout.Id);
        Assert.IsType<PayoutOutcome.KeyTaken>(await payout.Request(provider, Usdc.FromMicros(1), Cancel));

        var posted = await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");

        Assert.NotNull(posted!.Signature);
        Assert.NotNull(posted.PaidAt);
        Assert.Equal(1_250_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal(1_750_000, await cluster.Books.Payable(provider));
        Assert.Equal(0, await cluster.Books.Held(provider));
        await cluster.Books.AssertBalanced();
    }

    [Fact]
    public async Task A_payout_whose_host_dies_right_after_the_books_is_paid_though_nobody_asks_again()
    {
        await using var cluster = await SettlementCluster.Open(new CrashPoint("payout.requested"));
        var provider = await Provider(cluster, 1, 3_000_000);
        var payout = Payout(cluster, 1);
        await Assert.ThrowsAnyAsync<Exception>(() => payout.Request(provider, Usdc.FromMicros(1_250_000), Cancel));

        await SettlementCluster.Until(
            () => Task.FromResult(cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey)),
            paid => paid == 1_250_000UL,
            "the wallet has the money");
        var posted = await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");

        Assert.Equal(provider, posted!.Provider);
        Assert.Equal(1_750_000, await cluster.Books.Payable(provider));
        Assert.Equal(0, await cluster.Books.Held(provider));
    }

    [Fact]
    public async Task More_than_is_payable_is_refused_also_when_it_is_asked_for_in_two_parts()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        await cluster.Grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct("test", "hold everything"), Cancel);
        Assert.IsType<PayoutOutcome.Frozen>(await Payout(cluster, 1).Request(provider, Usdc.FromMicros(2_000_000), Cancel));
        await cluster.Grains.GetGrain<IPayoutControlGrain>(0).Unfreeze(new AdminAct("test", "go on"), Cancel);

        Assert.IsType<PayoutOutcome.Accepted>(await Payout(cluster, 2).Request(provider, Usdc.FromMicros(2_000_000), Cancel));
        var refused = await Payout(cluster, 3).Request(provider, Usdc.FromMicros(2_000_000), Cancel);

        Assert.Equal(new PayoutOutcome.NotEnough(Usdc.FromMicros(1_000_000)), refused);
    }

    [Fact]
    public async Task A_frozen_recipient_waits_for_a_person_and_is_paid_after_a_retry()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        var account = cluster.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0);
        cluster.Chain.SetFrozen(account, true);
        var payout = Payout(cluster, 1);
        await payout.Request(provider, Usdc.FromMicros(3_000_000), Cancel);

        var frozen = await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "frozen", "the payout is set aside");
        Assert.Contains("frozen", frozen!.Trouble, StringComparison.Ordinal);
        Assert.Equal(3_000_000, await cluster.Books.Held(provider));

        cluster.Chain.SetFrozen(account, false);
        await payout.Retry(new AdminAct("test", "the account was thawed"), Cancel);
        await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_payout_whose_host_dies_while_it_is_set_aside_can_be_retried()
    {
        await using var cluster = await SettlementCluster.Open(new CrashPoint("payout.row"));
        var (_, payout) = await SetAside(cluster);

        await payout.Retry(new AdminAct("test", "the account was thawed"), Cancel);

        await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_payout_whose_host_dies_while_it_is_retried_is_paid_though_nobody_retries_again()
    {
        await using var cluster = await SettlementCluster.Open(new CrashPoint("payout.row", time: 2));
        var (_, payout) = await SetAside(cluster);

        await Assert.ThrowsAnyAsync<Exception>(
            () => payout.Retry(new AdminAct("test", "the account was thawed"), Cancel));

        await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_retry_pays_no_wallet_that_is_still_locked()
    {
        await using var cluster = await SettlementCluster.Open();
        var (provider, payout) = await SetAside(cluster);
        cluster.Options.WalletChangeLock = TimeSpan.FromHours(24);
        await cluster.Grains.GetGrain<IProviderGrain>(provider.Value)
            .SetWallet(LaneScene.Wallet(2).PublicKey.ToString(), Cancel);

        await payout.Retry(new AdminAct("test", "the account was thawed"), Cancel);

        var posted = await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "posted", "the payout is posted");
        Assert.Equal(LaneScene.Wallet(1).PublicKey.ToString(), posted!.Wallet);
        Assert.Equal(3_000_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    [Fact]
    public async Task A_payout_that_waits_is_set_aside_when_its_provider_is_suspended()
    {
        await using var cluster = await SettlementCluster.Open();
        var (provider, payout) = await SetAside(cluster);
        await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).Suspend(new AdminAct("test", "fraud case 7"), Cancel);

        await payout.Retry(new AdminAct("test", "the account was thawed"), Cancel);

        await SettlementCluster.Until(
            () => payout.Describe(Cancel),
            view => view is { State: "frozen", Trouble: "provider suspended" },
            "the payout is set aside");
        Assert.Equal(0UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
    }

    /// <summary>A payout that waits for a person, over an account that was frozen and is no more.</summary>
    private static async Task<(ProviderId Provider, IPayoutGrain Payout)> SetAside(SettlementCluster cluster)
    {
        var provider = await Provider(cluster, 1, 3_000_000);
        var account = cluster.Chain.MintUsdc(LaneScene.Wallet(1).PublicKey, 0);
        cluster.Chain.SetFrozen(account, true);
        var payout = Payout(cluster, 1);
        await payout.Request(provider, Usdc.FromMicros(3_000_000), Cancel);
        await SettlementCluster.Until(
            () => payout.Describe(Cancel), view => view?.State == "frozen", "the payout is set aside");
        cluster.Chain.SetFrozen(account, false);
        return (provider, payout);
    }

    private static IPayoutGrain Payout(SettlementCluster cluster, int number) =>
        cluster.Grains.GetGrain<IPayoutGrain>(PayoutId.From(PrefixedId.Derive("payout", $"{number}")).Value);

    private static async Task<ProviderId> Provider(SettlementCluster cluster, int number, long micros)
    {
        var provider = PaymentBooks.Provider(number);
        await cluster.Books.Earn(provider, micros, $"earn:{number}");
        cluster.Chain.MintUsdc(cluster.Rail.Treasury, (ulong)micros);
        var grain = cluster.Grains.GetGrain<IProviderGrain>(provider.Value);
        await grain.Open(PaymentBooks.Customer(number), "Basement Rigs", live: true, Cancel);
        await grain.SetWallet(LaneScene.Wallet(number).PublicKey.ToString(), Cancel);
        return provider;
    }
}
