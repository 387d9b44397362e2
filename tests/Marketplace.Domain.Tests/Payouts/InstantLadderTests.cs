using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Domain.Tests.Payouts;

public sealed class InstantLadderTests
{
    private static readonly InstantLadder Ladder = new(
        Usdc.Parse("10000"), [new InstantRung(25, 50), new InstantRung(50, 150), new InstantRung(80, 400)]);

    [Theory]
    [InlineData("0", "100", 50, "0.500000")]
    [InlineData("2400", "100", 50, "0.500000")]
    [InlineData("2400.000001", "100", 150, "1.500000")]
    [InlineData("4999", "2", 400, "0.080000")]
    [InlineData("7900", "100", 400, "4.000000")]
    [InlineData("0", "0.000001", 50, "0.000000")]
    public void The_price_is_that_of_the_rung_that_the_float_stands_on_afterwards(
        string used, string amount, int basisPoints, string fee) =>
        Assert.Equal(
            new InstantQuote(basisPoints, Usdc.Parse(fee)), Ladder.Quote(Usdc.Parse(used), Usdc.Parse(amount)));

    [Fact]
    public void Above_the_last_rung_there_is_no_instant_payout() =>
        Assert.Null(Ladder.Quote(Usdc.Parse("7900"), Usdc.Parse("100.000001")));

    [Fact]
    public void A_fee_never_takes_it_all_and_never_falls_as_the_float_is_used() =>
        Gen.Select(Gen.Long[1, 8_000_000_000], Gen.Long[0, 8_000_000_000], Gen.Long[0, 1_000_000_000]).Sample(
            (amount, used, more) =>
            {
                var first = Ladder.Quote(Usdc.FromMicros(used), Usdc.FromMicros(amount));
                var later = Ladder.Quote(Usdc.FromMicros(used + more), Usdc.FromMicros(amount));
                return (later is null || first is not null)
                    && (first is null || (first.Fee >= Usdc.Zero && first.Fee < Usdc.FromMicros(amount)))
                    && (first is null || later is null || first.Fee <= later.Fee);
            });

    [Theory]
    [InlineData("25:50 50:150 80:400", 3)]
    [InlineData("100:0", 1)]
    [InlineData("", 0)]
    public void Rungs_are_read(string text, int count)
    {
        Assert.True(InstantLadder.TryParse(text, out var rungs));
        Assert.Equal(count, rungs.Count);
    }

    [Theory]
    [InlineData("25")]
    [InlineData("25:50 20:60")]
    [InlineData("25:50 50:40")]
    [InlineData("101:50")]
    [InlineData("0:50")]
    [InlineData("25:5001")]
    [InlineData("-1:5")]
    [InlineData("25:50,50:150")]
    public void Rungs_that_do_not_rise_or_are_none_are_refused(string text) =>
        Assert.False(InstantLadder.TryParse(text, out _));
}
