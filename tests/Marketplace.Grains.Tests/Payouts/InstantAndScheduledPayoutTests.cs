using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Instant payouts, runs of standard ones, schedules and advances, through grains and books.</summary>
public sealed class InstantAndScheduledPayoutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instant_payout_goes_out_before_the_run_and_its_fee_is_income()
    {
        await using var cluster = await SettlementCluster.Open();
        cluster.Options.StandardRunEvery = TimeSpan.FromDays(1);
        var provider = await Provider(cluster, 1, 3_000_000);

        var accepted = Assert.IsType<PayoutOutcome.Accepted>(
            await Payout(cluster, 1).RequestInstant(provider, Usdc.FromMicros(2_000_000), Cancel));
        Assert.Equal((PayoutSpeed.Instant, Usdc.FromMicros(10_000)), (accepted.Payout.Speed, accepted.Payout.Fee));
        await SettlementCluster.Until(
            () => Payout(cluster, 1).Describe(Cancel), view => view?.State == "posted", "the payout is posted");

        Assert.Equal(1_990_000UL, cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey));
        Assert.Equal(1_000_000, await cluster.Books.Payable(provider));
        Assert.Equal(10_000, (await cluster.Books.Book.Balance(Chart.InstantFee, Cancel)).Amount);
        await cluster.Books.AssertBalanced();
        var ladder = await cluster.Grains.GetGrain<IInstantPayoutGrain>(0).Describe(Cancel);
        Assert.Equal(Usdc.FromMicros(2_000_000), ladder.Used);
    }

    [Fact]
    public async Task A_standard_payout_waits_for_the_run()
    {
        await using var cluster = await SettlementCluster.Open();
        cluster.Options.StandardRunEvery = TimeSpan.FromDays(1);
        var provider = await Provider(cluster, 1, 3_000_000);
        var standard = Assert.IsType<PayoutOutcome.Accepted>(
            await Payout(cluster, 1).Request(provider, Usdc.FromMicros(1_000_000), Cancel));
        await Payout(cluster, 2).RequestInstant(provider, Usdc.FromMicros(1_000_000), Cancel);

        await SettlementCluster.Until(
            () => Payout(cluster, 2).Describe(Cancel), view => view?.State == "posted", "the instant one is posted");

        Assert.Equal(TimeSpan.Zero, standard.Payout.DueAt!.Value.TimeOfDay);
        Assert.Equal("requested", (await Payout(cluster, 1).Describe(Cancel))!.State);
        Assert.Equal(1_000_000, await cluster.Books.Held(provider));
    }

    [Fact]
    public async Task Above_the_ladder_an_instant_payout_is_a_standard_one_without_a_fee()
    {
        await using var cluster = await SettlementCluster.Open();
        cluster.Options.DailyFloatUsdc = 2m;
        var provider = await Provider(cluster, 1, 3_000_000);

        var accepted = Assert.IsType<PayoutOutcome.Accepted>(
            await Payout(cluster, 1).RequestInstant(provider, Usdc.FromMicros(2_000_000), Cancel));

        Assert.Equal((PayoutSpeed.Standard, Usdc.Zero), (accepted.Payout.Speed, accepted.Payout.Fee));
    }

    [Fact]
    public async Task A_refused_payout_uses_nothing_of_the_float_and_what_was_taken_can_be_given_back()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        await cluster.Grains.GetGrain<IInstantPayoutGrain>(0).Reserve(Id(9), Usdc.FromMicros(5), Cancel);
        Assert.IsType<PayoutOutcome.NotEnough>(
            await Payout(cluster, 1).RequestInstant(provider, Usdc.FromMicros(4_000_000), Cancel));
        await cluster.Grains.GetGrain<IInstantPayoutGrain>(0).Release(Id(9), Cancel);

        Assert.Equal(Usdc.Zero, (await cluster.Grains.GetGrain<IInstantPayoutGrain>(0).Describe(Cancel)).Used);
    }

    [Fact]
    public async Task A_schedule_that_is_due_asks_once_for_all_that_is_payable()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        var schedule = cluster.Grains.GetGrain<IPayoutScheduleGrain>(provider.Value);
        var set = await schedule.Set(
            new PayoutSchedule(PayoutCadence.Daily, DayOfWeek.Monday, 6, Usdc.FromMicros(2_000_000)), Cancel);
        Assert.NotNull(set.NextAt);
        await schedule.Run(Cancel);
        Assert.Equal(3_000_000, await cluster.Books.Payable(provider));

        cluster.Clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(schedule.Run(Cancel), schedule.Run(Cancel));
        await SettlementCluster.Until(
            () => Task.FromResult(cluster.Chain.UsdcOf(LaneScene.Wallet(1).PublicKey)),
            paid => paid == 3_000_000UL,
            "the wallet has the money");

        var view = await schedule.Describe(Cancel);
        Assert.StartsWith("pay_", view.LastOutcome, StringComparison.Ordinal);
        Assert.True(view.NextAt > set.NextAt);
    }

    [Fact]
    public async Task A_schedule_below_its_minimum_waits_for_the_next_time_and_says_so()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 3_000_000);
        var schedule = cluster.Grains.GetGrain<IPayoutScheduleGrain>(provider.Value);
        await schedule.Set(
            new PayoutSchedule(PayoutCadence.Weekly, DayOfWeek.Friday, 6, Usdc.FromMicros(3_000_001)), Cancel);

        cluster.Clock.Advance(TimeSpan.FromDays(8));
        await schedule.Run(Cancel);

        Assert.Contains("minimum", (await schedule.Describe(Cancel)).LastOutcome, StringComparison.Ordinal);
        Assert.Equal(3_000_000, await cluster.Books.Payable(provider));
        Assert.Equal(0, await cluster.Books.Held(provider));
    }

    [Fact]
    public async Task An_advance_is_payable_at_once_repaid_by_holdbacks_and_its_discount_earned_with_them()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 1);
        await Accrue(cluster, provider, 100_000_000);
        var desk = cluster.Grains.GetGrain<IAdvanceDeskGrain>(provider.Value);
        Assert.Equal(Usdc.FromMicros(50_000_000), (await desk.Offer(Cancel)).Limit);
        var request = Guid.NewGuid();

        var granted = Assert.IsType<AdvanceOutcome.Granted>(
            await desk.Take(request, Usdc.FromMicros(40_000_000), Cancel));
        Assert.Equal(granted, await desk.Take(request, Usdc.FromMicros(40_000_000), Cancel));
        Assert.IsType<AdvanceOutcome.KeyTaken>(await desk.Take(request, Usdc.FromMicros(1), Cancel));
        Assert.IsType<AdvanceOutcome.StillOpen>(await desk.Take(Guid.NewGuid(), Usdc.FromMicros(1), Cancel));
        Assert.Equal(39_600_001, await cluster.Books.Payable(provider));

        await Release(cluster, provider, "1", 10_000_000);
        await desk.Settle(Cancel);
        await desk.Settle(Cancel);
        Assert.Equal(100_000, (await cluster.Books.Book.Balance(Chart.AdvanceIncome, Cancel)).Amount);
        Assert.Equal(39_600_001, await cluster.Books.Payable(provider));

        await Release(cluster, provider, "2", 90_000_000);
        await desk.Settle(Cancel);
        Assert.Equal(400_000, (await cluster.Books.Book.Balance(Chart.AdvanceIncome, Cancel)).Amount);
        Assert.Equal(0, (await cluster.Books.Book.Balance(Chart.Unearned, Cancel)).Amount);
        Assert.Equal(99_600_001, await cluster.Books.Payable(provider));
        Assert.Equal(Usdc.Zero, (await desk.Offer(Cancel)).Outstanding);
        await cluster.Books.AssertBalanced();
    }

    [Fact]
    public async Task An_advance_whose_security_is_released_before_it_is_posted_is_refused()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 1);
        await Accrue(cluster, provider, 100_000_000);
        var desk = cluster.Grains.GetGrain<IAdvanceDeskGrain>(provider.Value);
        cluster.Faults.BeforeNext("advance", () => Release(cluster, provider, "1", 60_000_000));

        var refused = Assert.IsType<AdvanceOutcome.TooMuch>(
            await desk.Take(Guid.NewGuid(), Usdc.FromMicros(40_000_000), Cancel));

        Assert.Equal(Usdc.FromMicros(32_000_000), refused.Limit);
        Assert.Equal(60_000_001, await cluster.Books.Payable(provider));
        Assert.Equal(Usdc.Zero, (await desk.Offer(Cancel)).Outstanding);
        Assert.IsType<AdvanceOutcome.Granted>(await desk.Take(Guid.NewGuid(), refused.Limit, Cancel));
        await cluster.Books.AssertBalanced();
    }

    [Fact]
    public async Task Nothing_is_advanced_while_money_is_stopped_or_to_a_suspended_provider()
    {
        await using var cluster = await SettlementCluster.Open();
        var provider = await Provider(cluster, 1, 1);
        await Accrue(cluster, provider, 100_000_000);
        var desk = cluster.Grains.GetGrain<IAdvanceDeskGrain>(provider.Value);
        await cluster.Grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct("test", "hold everything"), Cancel);
        Assert.IsType<AdvanceOutcome.Frozen>(await desk.Take(Guid.NewGuid(), Usdc.FromMicros(1), Cancel));
        await cluster.Grains.GetGrain<IPayoutControlGrain>(0).Unfreeze(new AdminAct("test", "go on"), Cancel);
        await cluster.Grains.GetGrain<IProviderGrain>(provider.Value).Suspend(new AdminAct("test", "case 7"), Cancel);

        Assert.IsType<AdvanceOutcome.Suspended>(await desk.Take(Guid.NewGuid(), Usdc.FromMicros(1), Cancel));
    }

    private static PayoutId Id(int number) => PayoutId.From(PrefixedId.Derive("payout", $"{number}"));

    private static IPayoutGrain Payout(SettlementCluster cluster, int number) =>
        cluster.Grains.GetGrain<IPayoutGrain>(Id(number).Value);

    private static async Task Accrue(SettlementCluster cluster, ProviderId provider, long micros) =>
        Assert.True((await cluster.Books.Book.Post(
            Entry.Of(new Journal(
                "accrue", "test", [.. Journal.Move(Chart.Treasury, Chart.Accrued(provider), Usdc.FromMicros(micros))])),
            Cancel)).Stands);

    private static async Task Release(SettlementCluster cluster, ProviderId provider, string n, long micros) =>
        Assert.True((await cluster.Books.Book.Post(
            Entry.Of(LeaseJournals.Holdback(provider, n, Usdc.FromMicros(micros))), Cancel)).Stands);

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
