using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Host.Renders;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;

namespace Marketplace.Host.Tests.Renders;

public sealed class FrameStillsTests : IDisposable
{
    private static readonly AccountId Alice = AccountId.From(PrefixedId.Derive("account", "alice"));
    private static readonly AccountId Bob = AccountId.From(PrefixedId.Derive("account", "bob"));
    private static readonly RenderId Render = RenderId.From(PrefixedId.Derive("render", "1"));

    private readonly FakeBlobs _blobs = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FrameStills _stills;

    public FrameStillsTests() => _stills = new(_blobs, _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stills.Dispose();

    [Fact]
    public async Task A_thumbnail_is_a_small_webp_and_made_once()
    {
        var picture = _blobs.Add(Grey(1_000, 500));

        var file = await _stills.Thumbnail(Alice, picture, isMarked: false, Cancel);

        using var codec = SKCodec.Create(new MemoryStream(file!));
        Assert.Equal((SKEncodedImageFormat.Webp, 256, 128), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        _blobs.Files.Clear();
        Assert.Same(file, await _stills.Thumbnail(Alice, picture, isMarked: false, Cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _stills.Thumbnail(Alice, picture, isMarked: true, Cancel));
    }

    [Fact]
    public async Task A_marked_preview_differs_all_over_the_picture()
    {
        var picture = _blobs.Add(Grey(400, 300));

        var plain = await _stills.Preview(Alice, picture, isMarked: false, Cancel);
        var marked = await _stills.Preview(Alice, picture, isMarked: true, Cancel);

        Assert.All(Quarters(plain!), differing => Assert.Equal(0, differing));
        Assert.All(Quarters(marked!), differing => Assert.InRange(differing, 0.05, 0.75));
    }

    [Fact]
    public async Task A_frame_under_way_shows_what_is_there_and_leaves_out_what_is_broken()
    {
        var order = Order();
        RenderUnit[] units = [.. RenderPlan.Cut(order)];
        UnitFile[] files = [File(units[0], Sums(units[0], order.Seed)), File(units[1], [1, 2, 3])];

        var file = await _stills.Partial(Alice, Render, order, 1, files, Cancel);

        using var preview = SKBitmap.Decode(file);
        Assert.Equal((200, 60), (preview.Width, preview.Height));
        var left = Enumerable.Range(0, 128).Average(x => (double)preview.GetPixel(x, 30).Green);
        Assert.InRange(left, 60, 200);
        Assert.Contains(Enumerable.Range(130, 70), x => preview.GetPixel(x, 30).Green == 0);
    }

    [Fact]
    public async Task A_frame_under_way_is_put_together_again_only_after_some_seconds()
    {
        var order = Order();
        RenderUnit[] units = [.. RenderPlan.Cut(order)];
        UnitFile[] files = [.. units.Select(unit => File(unit, Sums(unit, order.Seed)))];
        var first = await _stills.Partial(Alice, Render, order, 1, files[..1], Cancel);

        Assert.Same(first, await _stills.Partial(Alice, Render, order, 1, files, Cancel));
        var other = RenderId.From(PrefixedId.Derive("render", "2"));
        Assert.NotEqual(first, await _stills.Partial(Alice, other, order, 1, files, Cancel));
        _clock.Advance(FrameStills.PartialFor);
        Assert.NotEqual(first, await _stills.Partial(Alice, Render, order, 1, files, Cancel));
    }

    [Fact]
    public async Task An_account_has_a_few_under_way_and_does_not_keep_others_out()
    {
        var slow = new GatedBlobs(_blobs);
        using var stills = new FrameStills(slow, _clock);
        var pictures = Enumerable.Range(0, FrameStills.PerAccountMax + 1)
            .Select(at => _blobs.Add(Grey(20 + at, 20)))
            .ToArray();
        var mine = pictures[..^1].Select(picture => stills.Preview(Alice, picture, isMarked: false, Cancel)).ToArray();

        Assert.Null(await stills.Preview(Alice, pictures[^1], isMarked: false, Cancel));
        var others = stills.Preview(Bob, pictures[^1], isMarked: false, Cancel);
        slow.Open();
        Assert.All(await Task.WhenAll(mine), Assert.NotNull);
        Assert.NotNull(await others);
        Assert.NotNull(await stills.Preview(Alice, pictures[^1], isMarked: true, Cancel));
    }

    /// <summary>Share of pixels in each quarter that are not the grey of <see cref="Grey"/>.</summary>
    private static IEnumerable<double> Quarters(byte[] file)
    {
        using var picture = SKBitmap.Decode(file);
        var (width, height) = (picture.Width / 2, picture.Height / 2);

        for (var quarter = 0; quarter < 4; quarter++)
        {
            var differing = 0;

            for (var pixel = 0; pixel < width * height; pixel++)
            {
                var x = (quarter % 2 * width) + (pixel % width);
                var y = (quarter / 2 * height) + (pixel / width);
                differing += Math.Abs(picture.GetPixel(x, y).Green - 128) > 2 ? 1 : 0;
            }

            yield return (double)differing / (width * height);
        }
    }

    private static RenderOrder Order() => new(
        new("scene.glb", [new("scene.glb", new string('a', 64), 3)], null),
        200,
        60,
        2,
        [1],
        24,
        null,
        9,
        4,
        new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
        600);

    private static byte[] Grey(int width, int height)
    {
        using var picture = new SKBitmap(width, height);
        picture.Erase(new SKColor(128, 128, 128));
        using var file = picture.Encode(SKEncodedImageFormat.Png, 100);
        return file.ToArray();
    }

    private UnitFile File(RenderUnit unit, byte[] bytes) => new(unit, _blobs.Add(bytes), bytes.Length);

    private static byte[] Sums(RenderUnit unit, ulong seed)
    {
        uint[] header =
        [
            0x53544B4D, 1, (uint)unit.X, (uint)unit.Y, (uint)unit.Width, (uint)unit.Height, (uint)unit.FirstSample,
            (uint)unit.Samples, (uint)unit.Frame, (uint)seed, (uint)(seed >> 32), 0,
        ];
        var values = Enumerable.Repeat(0.2f * unit.Samples, unit.Width * unit.Height * 3);

        return [.. header.SelectMany(BitConverter.GetBytes), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
