using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class SampleStepsTests
{
    private static readonly Gen<int> Samples = Gen.Int[1, RenderLimits.SamplesMax];

    [Fact]
    public void Steps_cover_every_sample_once_and_each_is_a_node_of_the_tree() => Samples.Sample(
        samples =>
        {
            var next = 0;

            foreach (var (first, count) in SampleSteps.Cut(samples))
            {
                // Aligned to the smallest power of two of batches that holds it.
                var batches = (uint)((count + SampleSteps.First - 1) / SampleSteps.First);
                Assert.Equal(next, first);
                Assert.InRange(count, 1, RenderPlan.SamplesPerUnit);
                Assert.Equal(0, first % (SampleSteps.First * (int)System.Numerics.BitOperations.RoundUpToPowerOf2(batches)));
                next += count;
            }

            Assert.Equal(samples, next);
        },
        iter: 300);

    [Fact]
    public void Looks_are_taken_between_steps_up_to_the_last_sample() => Samples.Sample(
        samples =>
        {
            var ends = SampleSteps.Cut(samples).Select(step => step.First + step.Samples).ToHashSet();
            var look = 0;

            while (look < samples)
            {
                var next = SampleSteps.NextLook(look, samples);
                Assert.True(next > look);
                Assert.Contains(next, ends);
                look = next;
            }
        },
        iter: 300);

    [Fact]
    public void A_plan_in_steps_has_as_many_samples_as_one_that_is_not() => Gen.Select(
        Gen.Int[1, 400], Gen.Int[1, 400], Gen.Int[1, 3_000]).Sample(
        (width, height, samples) =>
        {
            var order = Order(width, height, samples) with { Settings = new() { NoiseTarget = 0.01 } };
            var units = RenderPlan.Cut(order).ToArray();

            Assert.Equal(RenderPlan.UnitCount(order), units.Length);
            Assert.Equal(SamplePrice.PixelSamples(order), units.Sum(unit => unit.PixelSamples));
            Assert.Equal(Enumerable.Range(0, units.Length), units.Select(unit => unit.Index));
        },
        iter: 100);

    [Fact]
    public void A_tile_never_stops_above_its_target_before_it_has_all_and_never_goes_on_below_it() => Gen.Select(
        Samples, Gen.Double[1e-5, 1.0], Gen.Double[1e-9, 2.0].Array[1, 16]).Sample(
        (samples, target, errors) =>
        {
            var unit = RenderPlan.Cut(Order(16, 16, samples)).First();
            var look = TileLook.Begin(unit, samples);

            foreach (var error in errors.TakeWhile(_ => !look.IsDone))
            {
                var next = look.After(error, target, samples);

                // Whoever has the same sums decides the same.
                Assert.Equal(next, look.After(error, target, samples));
                Assert.Equal(error, next.RelativeError);

                if (error <= target)
                {
                    Assert.Equal((true, look.Until), (next.IsDone, next.Until));
                }
                else
                {
                    Assert.True(next.Until > look.Until);
                    Assert.Equal(next.Until == samples, next.IsDone);
                }

                look = next;
            }

            Assert.InRange(look.Spared(samples), 0, SampleSteps.Count(samples) - 1);
        },
        iter: 500);

    [Fact]
    public void An_error_that_is_no_number_stops_nothing()
    {
        var look = TileLook.Begin(RenderPlan.Cut(Order(16, 16, 256)).First(), 256);

        Assert.False(look.After(double.NaN, 1, 256).IsDone);
        Assert.False(look.After(double.PositiveInfinity, 1, 256).IsDone);
    }

    private static RenderOrder Order(int width, int height, int samples) => new(
        null!,
        width,
        height,
        samples,
        [1],
        24,
        null,
        0,
        8,
        new(WorkKind.Render, new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 0, null, null),
        60);
}
