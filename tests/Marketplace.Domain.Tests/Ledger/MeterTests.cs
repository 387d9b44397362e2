using CsCheck;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Tests.Ledger;

public sealed class MeterTests
{
    private static readonly Gen<MeterRate> Rates = Gen.Select(
        Gen.Long[0, 100_000_000], Gen.OneOf(Gen.Const(MeterRate.MillisecondsPerHour), Gen.Const(1_000_000L)), Gen.Int[0, 10_000], Gen.Int[0, 500],
        (price, per, fee, premium) => new MeterRate(Usdc.FromMicros(price), per, fee, premium));

    private static readonly Gen<long[]> Uses = Gen.Long[0, 400_000].Array[1, 60];

    [Fact]
    public void Tick_size_never_changes_the_total() => Gen.Select(Rates, Uses).Sample((rate, uses) =>
    {
        var inParts = Run(rate, uses, Usdc.Largest);
        var atOnce = Run(rate, [uses.Sum()], Usdc.Largest);

        Assert.Equal(atOnce, inParts);
        Assert.Equal(rate.Price.TimesFloor(uses.Sum(), rate.Per), atOnce.Charged);
        Assert.Equal(atOnce.Charged.BasisPoints(rate.FeeBasisPoints), atOnce.Fee);
    });

    [Fact]
    public void Nor_does_it_when_the_escrow_runs_out() => Gen.Select(Rates, Uses, Gen.Long[0, 5_000_000]).Sample((rate, uses, micros) =>
    {
        var escrow = Usdc.FromMicros(micros);
        var inParts = Run(rate, uses, escrow);

        Assert.Equal(Run(rate, [uses.Sum()], escrow), inParts);
        Assert.True(inParts.Total <= escrow);
    });

    [Fact]
    public void What_does_not_fit_takes_the_escrow_to_the_last_micro_that_a_charge_can() => Rates.Sample(rate =>
    {
        var dear = rate with { Price = Usdc.FromMicros(1_000_000), Per = 1 };
        var escrow = Usdc.FromMicros(1_003);
        var meter = Run(dear, [1], escrow);
        var more = meter.Charged + Usdc.FromMicros(1);

        Assert.True(meter.Total <= escrow);
        Assert.True(more + more.BasisPoints(rate.PremiumBasisPoints) > escrow);
    });

    [Fact]
    public void Fee_and_provider_share_make_the_charge_at_every_tick() => Gen.Select(Rates, Uses).Sample((rate, uses) =>
    {
        var (meter, used) = (Meter.Zero, 0L);

        foreach (var use in uses)
        {
            used += use;
            var (next, step) = meter.Tick(rate, used, Usdc.Largest - meter.Total);
            Assert.True(step.Fee >= Usdc.Zero && step.Fee <= step.Charge && step.Premium >= Usdc.Zero);
            Assert.Equal(meter.Total + step.Total, next.Total);
            meter = next;
        }
    });

    [Fact]
    public void A_clock_that_went_back_takes_nothing()
    {
        var rate = MeterRate.Hourly(Usdc.FromMicros(3_600_000), 1_000);
        var (meter, _) = Meter.Zero.Tick(rate, 10_000, Usdc.Largest);
        var (next, step) = meter.Tick(rate, 4_000, Usdc.Largest);

        Assert.Equal(meter, next);
        Assert.Equal(Usdc.Zero, step.Total);
    }

    private static Meter Run(MeterRate rate, IEnumerable<long> uses, Usdc escrow)
    {
        var (meter, used) = (Meter.Zero, 0L);

        foreach (var use in uses)
        {
            used += use;
            (meter, _) = meter.Tick(rate, used, escrow - meter.Total);
        }

        return meter;
    }
}
