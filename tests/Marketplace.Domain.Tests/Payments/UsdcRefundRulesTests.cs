using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

public sealed class UsdcRefundRulesTests
{
    private static readonly UsdcRefundTerms Terms = new(Micros(10), 3, Micros(500));

    [Theory]
    [InlineData(10, 1_000, 0, 0, 0, "Granted")]
    [InlineData(9, 1_000, 0, 0, 0, "TooSmall")]
    [InlineData(0, 1_000, 0, 0, 0, "TooSmall")]
    [InlineData(-10, 1_000, 0, 0, 0, "TooSmall")]
    [InlineData(100, 1_000, 900, 0, 0, "Granted")]
    [InlineData(101, 1_000, 900, 0, 0, "AboveDeposits")]
    [InlineData(10, 0, 0, 0, 0, "AboveDeposits")]
    [InlineData(100, 1_000, 0, 400, 2, "Granted")]
    [InlineData(101, 1_000, 0, 400, 2, "AboveDaily")]
    [InlineData(100, 1_000, 0, 400, 3, "TooMany")]
    public void A_refund_is_judged_by_what_came_in_what_went_back_and_what_a_day_allows(
        long amount, long deposited, long refunded, long lastDay, int count, string verdict)
    {
        var use = new UsdcRefundUse(Micros(deposited), Micros(refunded), Micros(lastDay), count);

        Assert.Equal(verdict, UsdcRefundRules.Decide(Micros(amount), use, Terms).GetType().Name);
    }

    [Fact]
    public void A_refusal_says_how_much_is_left_and_never_less_than_nothing()
    {
        var use = new UsdcRefundUse(Micros(100), Micros(150), Usdc.Zero, 0);
        var busy = new UsdcRefundUse(Micros(10_000), Usdc.Zero, Micros(600), 1);

        Assert.Equal(new UsdcRefundVerdict.AboveDeposits(Usdc.Zero), UsdcRefundRules.Decide(Micros(10), use, Terms));
        Assert.Equal(
            new UsdcRefundVerdict.AboveDaily(Micros(500), Usdc.Zero), UsdcRefundRules.Decide(Micros(10), busy, Terms));
    }

    private static Usdc Micros(long micros) => Usdc.FromMicros(micros);
}
