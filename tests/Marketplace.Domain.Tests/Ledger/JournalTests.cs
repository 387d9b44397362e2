using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Tests.Ledger;

public sealed class JournalTests
{
    private static readonly AccountId Customer = AccountId.From(PrefixedId.Derive("customer"));
    private static readonly ProviderId Provider = ProviderId.From(PrefixedId.Derive("provider"));
    private static readonly Gen<Usdc> Amounts = Gen.Long[0, 1_000_000_000_000_000].Select(Usdc.FromMicros);

    [Fact]
    public void A_charge_leaves_the_escrow_whole_and_the_fee_is_floored() => Gen.Select(Amounts, Gen.Int[0, 10_000]).Sample((charge, bps) =>
    {
        var legs = LeaseJournals.Charge("job_a", Provider, charge, bps).Legs;

        Assert.Equal(charge.Micros, legs.Where(leg => leg.Account == Chart.Escrow("job_a")).Sum(leg => leg.Amount));
        Assert.Equal(
            (charge - charge.BasisPoints(bps)).Micros,
            -legs.Where(leg => leg.Account == Chart.Accrued(Provider)).Sum(leg => leg.Amount));
    });

    [Fact]
    public void The_hash_forgets_the_order_of_legs_and_sees_every_amount()
    {
        var one = new Journal("k", "t", [new(Chart.Treasury, 5), new(Chart.Suspense, -5)]);
        var turned = new Journal("k", "t", [new(Chart.Suspense, -5), new(Chart.Treasury, 5)]);
        var split = new Journal("k", "t", [new(Chart.Suspense, -5), new(Chart.Treasury, 2), new(Chart.Treasury, 3)]);
        var other = new Journal("k", "t", [new(Chart.Treasury, 6), new(Chart.Suspense, -6)]);

        Assert.Equal(one.RequestHash(), turned.RequestHash());
        Assert.Equal(one.RequestHash(), split.RequestHash());
        Assert.NotEqual(one.RequestHash(), other.RequestHash());
        Assert.NotEqual(one.RequestHash(), (one with { Kind = "u" }).RequestHash());
    }

    [Fact]
    public void The_key_of_a_deposit_fits_even_with_the_longest_addresses() =>
        Assert.True(DepositJournals.Credit(new(new('g', 44), new('s', 88), new('t', 44), Usdc.FromMicros(1), 1), Customer).Key.Length <= 200);

    [Theory]
    [InlineData("L:usdc:cust:acc_1:avail", 'L', "usdc", true)]
    [InlineData("A:usd:stripe", 'A', "usd", false)]
    [InlineData("A:sol:feepayer", 'A', "sol", true)]
    [InlineData("I:usdc:fee:3", 'I', "usdc", false)]
    [InlineData("Q:sol:capital", 'Q', "sol", false)]
    public void Class_asset_and_floor_follow_from_the_name(string name, char @class, string asset, bool isFloored)
    {
        var account = LedgerAccount.Parse(name);

        Assert.Equal((@class, asset, isFloored), (account.Class, account.Asset, account.Floored));
        Assert.Equal(@class is 'A' or 'X' ? 5 : -5, account.Natural(5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("L:usdc")]
    [InlineData("Z:usdc:x")]
    [InlineData("L:eur:x")]
    [InlineData("L:usdc::avail")]
    public void What_is_no_account_is_refused(string name) => Assert.Throws<FormatException>(() => LedgerAccount.Parse(name));
}
