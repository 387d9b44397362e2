using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Tests.Ledger;

public sealed class UsdcTests
{
    private static readonly Gen<Usdc> Amounts = Gen.Long[-9_000_000_000_000_000_000, 9_000_000_000_000_000_000].Select(Usdc.FromMicros);
    private static readonly Gen<Usdc> Positive = Gen.Long[0, 1_000_000_000_000_000].Select(Usdc.FromMicros);

    [Fact]
    public void Any_amount_is_read_back_from_its_text_and_its_JSON() => Amounts.Sample(amount =>
    {
        Assert.Equal(amount, Usdc.Parse(amount.ToString()));
        Assert.Equal(amount, JsonSerializer.Deserialize<Usdc>(JsonSerializer.Serialize(amount)));
    });

    [Theory]
    [InlineData("12.5", "12.500000")]
    [InlineData("0", "0.000000")]
    [InlineData("-0.000001", "-0.000001")]
    [InlineData("9000000000000.123456", "9000000000000.123456")]
    public void Text_has_exactly_six_places(string text, string written) => Assert.Equal(written, Usdc.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("1e6")]
    [InlineData("1,5")]
    [InlineData("0.0000001")]
    [InlineData("NaN")]
    [InlineData("9223372036855")]
    [InlineData("00000000000000000000000000000000000000000")]
    public void What_is_no_amount_is_refused(string text)
    {
        Assert.False(Usdc.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Usdc.Parse(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Usdc>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void A_JSON_number_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Usdc>("1.5"));

    [Fact]
    public void Arithmetic_never_overflows_silently()
    {
        var most = Usdc.FromMicros(long.MaxValue);

        Assert.Throws<OverflowException>(() => most + Usdc.FromMicros(1));
        Assert.Throws<OverflowException>(() => -Usdc.FromMicros(long.MinValue));
        Assert.Throws<OverflowException>(() => most.TimesFloor(2, 1));
        Assert.Throws<OverflowException>(() => most.TimesCeiling(2, 1));
    }

    [Fact]
    public void A_fee_and_its_rest_are_the_whole() => Gen.Select(Positive, Gen.Int[0, 10_000]).Sample((amount, bps) =>
    {
        var fee = amount.BasisPoints(bps);

        Assert.True(fee >= Usdc.Zero && fee <= amount);
        Assert.Equal((Int128)amount.Micros * bps / 10_000, fee.Micros);
    });

    [Fact]
    public void Floor_and_ceiling_are_less_than_one_micro_apart() =>
        Gen.Select(Positive, Gen.Long[0, 1_000], Gen.Long[1, 1_000_000]).Sample((amount, numerator, denominator) =>
        {
            var floor = amount.TimesFloor(numerator, denominator).Micros;
            var ceiling = amount.TimesCeiling(numerator, denominator).Micros;
            var isExact = (Int128)amount.Micros * numerator % denominator == 0;

            Assert.Equal(isExact ? floor : floor + 1, ceiling);
        });

    /// <summary>The cumulative floor: what was charged so far is subtracted from the floor of the total.</summary>
    [Fact]
    public void The_size_of_the_ticks_never_changes_the_total() =>
        Gen.Select(Gen.Long[0, 10_000_000_000], Gen.Long[1, 600_000].Array[1, 50]).Sample((rate, ticks) =>
        {
            var hourly = Usdc.FromMicros(rate);
            var charged = Usdc.Zero;
            var used = 0L;

            foreach (var tick in ticks)
            {
                used += tick;
                charged += hourly.TimesFloor(used, 3_600_000) - charged;
            }

            Assert.Equal(hourly.TimesFloor(ticks.Sum(), 3_600_000), charged);
        });

    [Fact]
    public void A_negative_amount_has_no_share() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Usdc.FromMicros(-1).TimesFloor(1, 2));
}
