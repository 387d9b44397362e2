using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class RenderQuoteTests
{
    private static readonly Gen<Offer> Offers = Gen.Select(
        Gen.Int[1, 1_000], Gen.Long[0, 60_000], Gen.Int[0, 200_000]).Select(Device);

    private static readonly Gen<RenderProbe> Probes = Gen.Long[1, 50_000_000].Array[1, 4].Array[1, 3].Select(
        costs => Probe(costs));

    private static readonly Gen<RenderOrder> Orders = Gen.Select(
        Gen.Int[16, 8_192], Gen.Int[16, 8_192], Gen.Int[1, 256], Gen.Int[1, 40], Gen.Long[0, 50_000]).Select(Order);

    private static readonly RenderQuoteId Id = RenderQuoteId.From(PrefixedId.Derive("quote", "1"));

    [Fact]
    public void P50_is_never_above_p90_and_p90_never_above_the_worst_case() =>
        Gen.Select(Orders, Probes, Offers.Array[0, 12], Offers.Array[0, 12]).Sample((order, probe, listed, connected) =>
        {
            if (QuoteTerms.Of(order, probe, listed, connected) is not { } terms)
            {
                var cap = order.Needs.Cap.Megasample;
                Assert.DoesNotContain(listed.Concat(connected), offer => offer.Ask.Megasample <= cap);
                return;
            }

            Assert.True(terms.Effort.P50 <= terms.Effort.P90);
            Assert.True(terms.Asks.Lowest <= terms.Asks.P50 && terms.Asks.P50 <= terms.Asks.P90);
            Assert.True(terms.Cost.Lowest <= terms.Cost.P50 && terms.Cost.P50 <= terms.Cost.P90);
            Assert.True(terms.Cost.P90 <= terms.Worst);
            Assert.True(terms.Finish is not { } finish || finish.P50 <= finish.P90);
            Assert.Equal(SamplePrice.PixelSamples(order), terms.PixelSamples);
        });

    [Fact]
    public void What_is_set_aside_is_the_p90_cost_exactly() =>
        Gen.Select(Orders, Probes, Offers.Array[1, 12]).Sample((order, probe, offers) =>
        {
            if (QuoteTerms.Of(order, probe, [], offers) is { } terms)
            {
                var held = terms.Hold(order, Id);

                Assert.Equal(terms.Cost.P90, SamplePrice.Cap(held));
                Assert.Equal(Id, held.Quote);
                Assert.Equal(order.Needs.Cap.OutputTokens, held.Needs.Cap.OutputTokens);
            }
        });

    [Fact]
    public void Whoever_may_take_a_quoted_order_its_bill_is_the_samples_at_their_asks_and_within_the_reserve() =>
        Gen.Select(Orders, Probes, Offers.Array[1, 8], Gen.Int[0, 1_000].Array[1, 60]).Sample(
            (order, probe, offers, picks) =>
            {
                if (QuoteTerms.Of(order, probe, [], offers) is not { } terms)
                {
                    return;
                }

                var held = terms.Hold(order, Id);
                var taking = offers.Where(offer => offer.Ask.IsWithin(held.Needs.Cap)).ToArray();
                Assert.NotEmpty(taking);
                var shares = Deal(held, taking, picks);
                var charges = FrameBill.Of(shares, SamplePrice.Cap(held));

                // Not cut by the reserve: every provider gets all that its samples come to.
                var due = shares.GroupBy(share => share.Provider).Aggregate(
                    Usdc.Zero, (sum, group) => sum + Usdc.FromMicros((long)(group.Aggregate(
                        Int128.Zero, (all, share) => all + ((Int128)share.Ask.Megasample.Micros * share.PixelSamples)) / 1_000_000)));
                Assert.Equal(due, FrameBill.Total(charges));
                Assert.True(due <= terms.Cost.P90);
            },
            iter: 400);

    [Fact]
    public void Prices_are_weighed_by_speed()
    {
        var terms = QuoteTerms.Of(
            Order((100, 100, 100, 1, 50_000)),
            Probe([[1_000_000]]),
            [],
            [
                Device((1, 10_000, 200)), Device((2, 20_000, 300)), Device((3, 30_000, 600)), Device((4, 40_000, 300)),
                Device((5, 60_000, 9_000)),
            ])!;

        // A million samples. The dearest is above the cap; of the rest the two cheapest have less than half of the speed.
        Assert.Equal(("0.010000", "0.030000", "0.040000"), Words(terms.Cost));
        Assert.Equal((4, 4, 4), (terms.DevicesListed, terms.DevicesConnected, terms.DevicesMeasured));
    }

    [Fact]
    public void One_device_that_claims_any_speed_has_less_than_half_of_the_weight_and_p50_stays_among_the_others() =>
        Gen.Select(Offers.Array[2, 12], Gen.Int[1, RenderScore.HundredthsMax], Gen.Long[0, 50_000]).Sample(
            (honest, claim, ask) =>
            {
                honest = [.. honest.Where(offer => offer.Ask.Megasample.Micros <= 50_000)];

                if (honest.Length < 2)
                {
                    return;
                }

                Offer[] all = [Device((0, ask, claim)), .. honest];
                var weights = QuoteTerms.Weights(all).ToArray();
                var p50 = QuoteTerms.Of(Order((100, 100, 100, 1, 50_000)), Probe([[1_000]]), [], all)!.Asks.P50;

                Assert.True(weights[0] < weights.Skip(1).Sum());
                Assert.InRange(
                    p50.Micros,
                    honest.Min(offer => offer.Ask.Megasample.Micros),
                    honest.Max(offer => offer.Ask.Megasample.Micros));
            });

    [Fact]
    public void Without_a_connected_device_the_listed_ones_tell_the_price_and_nobody_the_time()
    {
        var order = Order((100, 100, 100, 1, 50_000));
        var terms = QuoteTerms.Of(order, Probe([[1_000_000]]), [Device((1, 10_000, 500))], [])!;

        Assert.Equal("0.010000", terms.Cost.P50.ToString());
        Assert.Null(terms.Finish);
        Assert.Equal((1, 0), (terms.DevicesListed, terms.DevicesConnected));
        Assert.Null(QuoteTerms.Of(order, Probe([[1_000_000]]), [], []));
    }

    [Fact]
    public void One_render_unit_is_an_hour_of_the_reference_device()
    {
        var hour = RenderEffort.Of(RenderScore.ReferenceSamplesPerSecond * 3_600, RenderEffort.CostOne);

        Assert.Equal("1.000000", hour.ToString());
        Assert.Equal(TimeSpan.FromHours(1), hour.On(RenderScore.FromHundredths(10_000).Hundredths));
        Assert.Equal(TimeSpan.FromMinutes(30), hour.On(RenderScore.OfSpeed(20e6).Hundredths));
        Assert.Equal(2_000_000, RenderEffort.Of(RenderEffort.SamplesPerUnit, 2 * RenderEffort.CostOne).Micros);
    }

    [Fact]
    public void Efforts_of_parts_are_at_least_the_whole_and_at_most_one_millionth_more_each() =>
        Gen.Select(Gen.Long[0, 1L << 45], Gen.Long[0, 1L << 45], Gen.Long[1, 1_000_000_000]).Sample((a, b, cost) =>
        {
            var parts = RenderEffort.Of(a, cost).Micros + RenderEffort.Of(b, cost).Micros;

            Assert.InRange(parts - RenderEffort.Of(a + b, cost).Micros, 0, 1);
        });

    [Fact]
    public void A_quotes_p90_is_wider_the_more_frames_and_passes_differ()
    {
        var even = Probe([[100, 100], [100, 100], [100, 100]]).Effort(RenderEffort.SamplesPerUnit * 1_000, 100);
        var uneven = Probe([[50, 50], [100, 100], [150, 150]]).Effort(RenderEffort.SamplesPerUnit * 1_000, 100);
        var noisy = Probe([[90, 110], [90, 110], [90, 110]]).Effort(RenderEffort.SamplesPerUnit * 1_000, 100);
        var all = Probe([[50, 50], [100, 100], [150, 150]]).Effort(RenderEffort.SamplesPerUnit * 1_000, 3);

        Assert.Equal(even.P50, even.P90);
        Assert.Equal(even.P50, uneven.P50);
        Assert.True(uneven.P90 > noisy.P90 && noisy.P90 > noisy.P50);

        // Where every frame was traced nothing is unknown of the others.
        Assert.Equal(all.P50, all.P90);
    }

    [Fact]
    public void A_probe_is_an_eighth_of_the_size_within_limits() => Orders.Sample(order =>
    {
        var plan = ProbePlan.Of(order);

        Assert.InRange(plan.Samples, ProbePlan.SamplesMin, ProbePlan.SamplesMax);
        Assert.InRange(plan.Frames.Count, 1, 3);
        Assert.All(plan.Frames, frame => Assert.Contains(frame, order.Frames));
        Assert.Equal(order.Frames[0], plan.Frames[0]);
        Assert.Equal(order.Frames[^1], plan.Frames[^1]);
        Assert.InRange((long)plan.Width * plan.Height, Math.Min(1_024, (long)order.Width * order.Height), 131_072);
    });

    [Theory]
    [InlineData(1920, 1080, 240, 135)]
    [InlineData(8192, 8192, 256, 256)]
    [InlineData(64, 48, 64, 48)]
    public void Small_pictures_are_reduced_less_and_large_ones_more(int width, int height, int small, int low)
    {
        var plan = ProbePlan.Of(Order((width, height, 1, 30, 0)));

        Assert.Equal((small, low), (plan.Width, plan.Height));
        Assert.Equal([1, 16, 30], plan.Frames);
    }

    [Fact]
    public void Scores_and_efforts_survive_json_and_refuse_what_is_none()
    {
        Assert.Equal("104.2", JsonSerializer.Serialize(RenderScore.FromHundredths(10_420)));
        Assert.Equal(RenderScore.FromHundredths(10_420), JsonSerializer.Deserialize<RenderScore>("104.2"));
        Assert.Equal("\"0.000466\"", JsonSerializer.Serialize(RenderEffort.FromMicros(466)));
        Assert.Equal(RenderEffort.FromMicros(466), JsonSerializer.Deserialize<RenderEffort>("\"0.000466\""));

        foreach (var bad in new[] { "0", "-1", "\"5\"", "2000000", "null" })
        {
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RenderScore>(bad));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RenderScore.FromHundredths(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => RenderScore.OfSpeed(0));
        Assert.Equal(RenderScore.HundredthsMax, RenderScore.OfSpeed(1e30).Hundredths);
    }

    /// <summary>The order's units, each to one of the devices.</summary>
    private static RenderShare[] Deal(RenderOrder order, Offer[] taking, int[] picks)
    {
        var samples = new long[taking.Length];
        var left = SamplePrice.PixelSamples(order);
        var part = (left + picks.Length - 1) / picks.Length;

        foreach (var pick in picks)
        {
            samples[pick % taking.Length] += Math.Min(part, left);
            left -= Math.Min(part, left);
        }

        return
        [
            .. taking.Select((offer, at) => new RenderShare(
                offer.Provider, offer.Device, offer.Ask, default, samples[at], 1, string.Empty)),
        ];
    }

    private static (string Lowest, string P50, string P90) Words(PriceSpread prices) =>
        ($"{prices.Lowest}", $"{prices.P50}", $"{prices.P90}");

    private static RenderProbe Probe(IReadOnlyList<IReadOnlyList<long>> costs) => new(
        [.. costs.Select((passes, at) => new ProbedFrame(at + 1, passes))],
        80,
        60,
        4,
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(0.2));

    private static Offer Device((int Number, long Ask, int Score) of) => new(
        DeviceId.From(PrefixedId.Derive("device", $"{of.Number}")),
        ProviderId.From(PrefixedId.Derive("provider", $"{of.Number % 5}")),
        new(
            DeviceKind.Host, "Box", 1 << 30, 1, "eu", 1, "0.1.0",
            of.Score == 0 ? null : RenderScore.FromHundredths(of.Score)),
        new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(of.Ask)),
        1,
        default);

    private static RenderOrder Order((int Width, int Height, int Samples, int Frames, long Cap) of) => new(
        new("scene.glb", [], null),
        of.Width,
        of.Height,
        of.Samples,
        [.. Enumerable.Range(1, of.Frames)],
        24,
        null,
        1,
        8,
        new(WorkKind.Render, new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(of.Cap)), 1_000, null, null),
        3_600);
}
