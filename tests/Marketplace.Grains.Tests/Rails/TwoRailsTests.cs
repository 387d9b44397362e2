using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Solana.Keys;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>Two chains side by side in one silo, with the same key, mint and addresses: only the rail tells them apart.</summary>
public sealed class TwoRailsTests
{
    private static readonly RailName Second = RailName.Parse("second");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_payout_goes_out_on_the_rail_that_was_asked_for_and_on_no_other()
    {
        var chain = new FakeSolana("second") { SlotsPerPoll = 8 };
        var key = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        var second = new SolanaRail([chain], chain.UsdcMint, new FileSigner(key), 1_000_000_000) { Name = Second };
        chain.SetLamports(second.Treasury, 5_000_000_000);
        await using var cluster = await SettlementCluster.Open(further: second);
        var provider = PaymentBooks.Provider(1);
        await cluster.Books.Earn(provider, 2_000_000, "earn:1");
        await cluster.Books.Earn(provider, 3_000_000, "earn:2", Second);
        cluster.Chain.MintUsdc(cluster.Rail.Treasury, 2_000_000);
        chain.MintUsdc(second.Treasury, 3_000_000);
        var wallet = LaneScene.Wallet(1).PublicKey;
        var grain = cluster.Grains.GetGrain<IProviderGrain>(provider.Value);
        await grain.Open(PaymentBooks.Customer(1), "Basement Rigs", live: true, Cancel);
        await grain.SetWallet(wallet.ToString(), Cancel);
        var (one, two) = (Payout(cluster, 1), Payout(cluster, 2));

        var none = await two.RequestOn(
            RailName.Parse("third"), provider, Usdc.FromMicros(1), PayoutSpeed.Standard, Cancel);
        Assert.Equal(["solana", "second"], Assert.IsType<PayoutOutcome.NoRail>(none).Rails);
        await two.RequestOn(Second, provider, Usdc.FromMicros(3_000_000), PayoutSpeed.Standard, Cancel);
        Assert.IsType<PayoutOutcome.KeyTaken>(await two.RequestOn(
            RailName.Solana, provider, Usdc.FromMicros(3_000_000), PayoutSpeed.Standard, Cancel));
        await one.Request(provider, Usdc.FromMicros(2_000_000), Cancel);

        foreach (var payout in new[] { one, two })
        {
            await SettlementCluster.Until(
                () => payout.Describe(Cancel), view => view?.State == PayoutStanding.Posted, "it is posted");
        }

        Assert.Equal(2_000_000UL, cluster.Chain.UsdcOf(wallet));
        Assert.Equal(3_000_000UL, chain.UsdcOf(wallet));
        Assert.Equal((RailName.Solana, Second), ((await one.Describe(Cancel))!.Rail, (await two.Describe(Cancel))!.Rail));
        Assert.Equal(0, await cluster.Books.Treasury(Second));
        Assert.Equal(
            new LaneNames("second.lane_0", second.NonceAccountOf("second.lane_0").ToString()),
            await Lane(cluster, "second.lane_0"));
        await cluster.Books.AssertBalanced();
    }

    private static async Task<LaneNames> Lane(SettlementCluster cluster, string name)
    {
        var view = await cluster.Grains.GetGrain<IPayoutLaneGrain>(name).Describe(Cancel);
        return new(view.Lane, view.NonceAccount);
    }

    private static IPayoutGrain Payout(SettlementCluster cluster, int number) =>
        cluster.Grains.GetGrain<IPayoutGrain>(PayoutId.From(PrefixedId.Derive("payout", $"{number}")).Value);

    private sealed record LaneNames(string Lane, string NonceAccount);
}
