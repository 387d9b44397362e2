using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Host.Renders;

namespace Marketplace.Host.Tests.Renders;

public sealed class FramePictureTests
{
    private static readonly RenderOrder Order = new(
        new("box.glb", [new("box.glb", new string('a', 64), 3)], null),
        200,
        130,
        16,
        [1],
        24,
        null,
        7,
        8,
        new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
        600);

    private readonly FakeBlobs _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void What_a_unit_may_deliver_is_exactly_what_its_sums_take() => Assert.All(
        RenderPlan.Cut(Order),
        unit => Assert.Equal(TileSums.BytesOf(new(unit.X, unit.Y, unit.Width, unit.Height)), unit.SumsBytes));

    [Fact]
    public async Task Sums_of_every_unit_make_a_picture()
    {
        var made = await new FramePicture(_blobs).Make(Frame(unit => Sums(unit)), Cancel);

        Assert.Equal(0x89, _blobs.Files[Assert.IsType<FrameOutcome.Made>(made).ImageSha256][0]);
    }

    [Fact]
    public async Task Every_unit_that_cannot_be_used_is_named_and_no_other()
    {
        var frame = Frame(unit => unit.Index switch
        {
            1 => Sums(unit, float.NaN),
            2 => Sums(unit with { FirstSample = 16 }),
            3 => Sums(unit)[..^4],
            _ => Sums(unit),
        });
        _blobs.Files.Remove(frame.Units[0].Sha256);

        var bad = Assert.IsType<FrameOutcome.BadSums>(await new FramePicture(_blobs).Make(frame, Cancel)).Units;

        Assert.Equal([0, 1, 2, 3], bad.Select(unit => unit.Unit));
        Assert.Equal([true, false, false, false], bad.Select(unit => unit.IsLost));
        Assert.All(bad, unit => Assert.Equal(frame.Units[unit.Unit].Sha256, unit.Sha256));
    }

    [Fact]
    public async Task A_full_disk_is_no_units_fault()
    {
        _blobs.IsFull = true;

        await Assert.ThrowsAsync<IOException>(() => new FramePicture(_blobs).Make(Frame(unit => Sums(unit)), Cancel));
    }

    private FrameOrder Frame(Func<RenderUnit, byte[]> sums)
    {
        var units = RenderPlan.Cut(Order).Select(unit =>
        {
            var bytes = sums(unit);
            return new UnitSums(unit, _blobs.Add(bytes), bytes.Length);
        });

        return new(RenderId.From(Guid.NewGuid()), Order, 1, [.. units]);
    }

    private static byte[] Sums(RenderUnit unit, float value = 8f)
    {
        uint[] header =
        [
            0x53544B4D, 1, (uint)unit.X, (uint)unit.Y, (uint)unit.Width, (uint)unit.Height, (uint)unit.FirstSample,
            (uint)unit.Samples, (uint)unit.Frame, (uint)Order.Seed, (uint)(Order.Seed >> 32), 0,
        ];
        var values = Enumerable.Repeat(value, unit.Width * unit.Height * 3);

        return [.. header.SelectMany(BitConverter.GetBytes), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
