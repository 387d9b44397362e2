using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Tests.Payouts;

public sealed class AdvanceRulesTests
{
    private static readonly AdvanceTerms Terms = new(80, 7, 100);

    [Theory]
    [InlineData("100", "1000", "80.000000")]
    [InlineData("100", "140", "70.000000")]
    [InlineData("100", "0", "0.000000")]
    [InlineData("0", "1000", "0.000000")]
    public void The_limit_is_a_share_of_what_is_accrued_and_a_week_of_mean_earnings(
        string accrued, string earned, string limit) =>
        Assert.Equal(Usdc.Parse(limit), AdvanceRules.Limit(Usdc.Parse(accrued), Usdc.Parse(earned), Terms));

    [Fact]
    public void Up_to_the_limit_it_is_granted_less_the_discount_and_above_it_is_not()
    {
        Assert.Equal(new AdvanceVerdict.Granted(Usdc.Parse("0.8")), AdvanceRules.Decide(Ask("80"), Terms));
        Assert.Equal(new AdvanceVerdict.TooMuch(Usdc.Parse("80")), AdvanceRules.Decide(Ask("80.000001"), Terms));
        Assert.IsType<AdvanceVerdict.TooMuch>(AdvanceRules.Decide(Ask("0"), Terms));
    }

    [Fact]
    public void One_at_a_time_none_for_the_suspended_and_none_while_money_is_stopped()
    {
        Assert.Equal(
            new AdvanceVerdict.StillOpen(Usdc.Parse("1")),
            AdvanceRules.Decide(Ask("10") with { Outstanding = Usdc.Parse("1") }, Terms));
        Assert.IsType<AdvanceVerdict.Suspended>(AdvanceRules.Decide(Ask("10") with { IsSuspended = true }, Terms));
        Assert.IsType<AdvanceVerdict.Frozen>(AdvanceRules.Decide(Ask("10") with { FrozenBecause = "books" }, Terms));
    }

    [Fact]
    public void The_limit_never_exceeds_what_is_accrued() =>
        Gen.Select(Gen.Long[0, 1_000_000_000_000], Gen.Long[0, 1_000_000_000_000]).Sample((accrued, earned) =>
            AdvanceRules.Limit(Usdc.FromMicros(accrued), Usdc.FromMicros(earned), Terms)
                <= Usdc.FromMicros(accrued));

    [Fact]
    public void What_must_secure_an_advance_is_the_least_whose_limit_reaches_it() =>
        Gen.Select(Gen.Long[1, 1_000_000_000_000], Gen.Int[1, 100]).Sample((principal, share) =>
        {
            var terms = Terms with { MaxSharePercent = share, DaysOfEarnings = AdvanceTerms.MeanOverDays };
            var security = AdvanceRules.Security(Usdc.FromMicros(principal), terms);
            var less = Usdc.FromMicros(security.Micros - 1);
            return AdvanceRules.Limit(security, security, terms).Micros >= principal
                && AdvanceRules.Limit(less, security, terms).Micros < principal;
        });

    private static AdvanceAsk Ask(string amount) =>
        new(Usdc.Parse(amount), Usdc.Parse("100"), Usdc.Parse("1000"), Usdc.Zero, false, null);
}
