using CsCheck;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Tests.Renders;

public sealed class RenderPlanTests
{
    private static readonly Gen<RenderOrder> Orders =
        Gen.Select(Gen.Int[1, 700], Gen.Int[1, 700], Gen.Int[1, 1_000], Gen.Int[1, 3]).Select(Order);

    [Fact]
    public void The_units_cover_every_sample_of_every_pixel_once() => Orders.Sample(
        order =>
        {
            var units = RenderPlan.Cut(order).ToArray();

            Assert.Equal(RenderPlan.UnitCount(order), units.Length);
            Assert.Equal(SamplePrice.PixelSamples(order), units.Sum(unit => unit.PixelSamples));
            Assert.Equal(Enumerable.Range(0, units.Length), units.Select(unit => unit.Index));
            Assert.Equal(units.Length, units.Select(unit => (unit.Frame, unit.X, unit.Y, unit.FirstSample)).Distinct().Count());
            Assert.All(units, unit => Assert.True(
                unit.X + unit.Width <= order.Width
                && unit.Y + unit.Height <= order.Height
                && unit.FirstSample + unit.Samples <= order.Samples));
        },
        iter: 200);

    [Fact]
    public void The_charge_of_a_whole_render_never_exceeds_what_was_set_aside() => Orders.Sample(order =>
        Assert.True(SamplePrice.Charge(order.Needs.Cap, SamplePrice.PixelSamples(order)) <= SamplePrice.Cap(order)));

    [Fact]
    public void An_order_from_before_the_bound_could_be_named_keeps_the_one_it_was_traced_with()
    {
        var order = Order(16, 16, 1, 1);

        Assert.Equal(10f, order.IndirectMax());
        Assert.Equal(10f, (order with { Settings = new() }).IndirectMax());
        Assert.Equal(0f, (order with { Settings = new() { IndirectMax = 0 } }).IndirectMax());
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1-3", "1 2 3")]
    [InlineData("5,1-3,2", "1 2 3 5")]
    [InlineData("40-46x3", "40 43 46")]
    public void Frame_lists_are_read(string text, string frames) => Assert.Equal(frames, string.Join(' ', FrameRange.Parse(text)));

    [Theory]
    [InlineData("1-30,x", "at 5")]
    [InlineData("", "at 0")]
    [InlineData("3-1", "at 0")]
    [InlineData("1-3x0", "at 0")]
    [InlineData("-1", "at 0")]
    [InlineData("0-1000000", "more than")]
    public void A_wrong_frame_list_names_the_place(string text, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => FrameRange.Parse(text)).Message, StringComparison.Ordinal);

    private static RenderOrder Order(int width, int height, int samples, int frames) => new(
        null!,
        width,
        height,
        samples,
        [.. Enumerable.Range(1, frames)],
        24,
        null,
        0,
        8,
        new(WorkKind.Render, new(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1_234_567)), 0, null, null),
        60);
}
