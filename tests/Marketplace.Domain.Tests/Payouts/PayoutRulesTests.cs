using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Tests.Payouts;

public sealed class PayoutRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly PayoutTerms Terms = new(Usdc.Parse("1"), 5, TimeSpan.FromHours(24));

    private static readonly PayoutAsk Good = new(
        Usdc.Parse("10"), Usdc.Parse("10"), "wallet", Now.AddDays(-1), 4, false, null, Now);

    [Fact]
    public void All_that_is_payable_may_be_asked_for() =>
        Assert.Equal(new PayoutVerdict.Granted("wallet"), PayoutRules.Decide(Good, Terms));

    [Theory]
    [InlineData("9.999999", false, false)]
    [InlineData("10", false, true)]
    [InlineData("1", true, true)]
    public void From_the_travel_rules_amount_on_or_after_a_likeness_the_identity_has_to_be_told(
        string amount, bool isDueDiligence, bool isRefused)
    {
        var terms = Terms with { TravelRuleFrom = Usdc.Parse("10") };
        var ask = Good with { Amount = Usdc.Parse(amount), IdentityMissing = ["street"], IsDueDiligence = isDueDiligence };

        Assert.Equal(isRefused, PayoutRules.Decide(ask, terms) is PayoutVerdict.IdentityMissing { Fields: ["street"] });
        Assert.IsType<PayoutVerdict.Granted>(PayoutRules.Decide(ask with { IdentityMissing = [] }, terms));
    }

    [Fact]
    public void A_provider_for_tests_is_paid_nothing() =>
        Assert.IsType<PayoutVerdict.TestProvider>(PayoutRules.Decide(Good with { IsTest = true }, Terms));

    [Fact]
    public void A_millionth_more_is_refused_and_says_what_is_payable() =>
        Assert.Equal(
            new PayoutVerdict.NotEnough(Usdc.Parse("10")),
            PayoutRules.Decide(Good with { Amount = Usdc.Parse("10.000001") }, Terms));

    [Fact]
    public void A_new_wallet_waits_until_its_lock_ends()
    {
        var ask = Good with { WalletChangedAt = Now.AddDays(-1).AddTicks(1) };
        Assert.Equal(new PayoutVerdict.WalletLocked(Now.AddTicks(1)), PayoutRules.Decide(ask, Terms));
    }

    [Theory]
    [InlineData("0.999999")]
    [InlineData("0")]
    [InlineData("-5")]
    public void Less_than_the_minimum_is_refused(string amount) =>
        Assert.IsType<PayoutVerdict.TooSmall>(PayoutRules.Decide(Good with { Amount = Usdc.Parse(amount) }, Terms));

    [Fact]
    public void Nothing_is_refused_even_without_a_minimum() =>
        Assert.IsType<PayoutVerdict.TooSmall>(
            PayoutRules.Decide(Good with { Amount = Usdc.Zero }, Terms with { Minimum = Usdc.Zero }));

    [Fact]
    public void The_sixth_of_a_day_is_refused() =>
        Assert.IsType<PayoutVerdict.TooMany>(PayoutRules.Decide(Good with { InLastDay = 5 }, Terms));

    [Fact]
    public void A_freeze_comes_before_everything_else() =>
        Assert.Equal(
            new PayoutVerdict.Frozen("why"),
            PayoutRules.Decide(Good with { FrozenBecause = "why", Wallet = null, IsSuspended = true }, Terms));

    [Fact]
    public void A_price_stays_within_its_bounds_and_a_replacement_always_offers_more_until_the_most()
    {
        Gen.Select(Gen.ULong[0, 1_000_000].Array, Gen.ULong[0, 1_000], Gen.ULong[1_000, 100_000]).Sample((recent, least, most) =>
        {
            var price = PriorityPrice.FromRecent(recent, least, most);
            Assert.InRange(price, least, most);
            var raised = PriorityPrice.Raised(price, most);
            Assert.True(raised > price || raised == most);
        });
    }
}
