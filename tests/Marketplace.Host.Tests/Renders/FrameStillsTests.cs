using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Host.Renders;
using SkiaSharp;

namespace Marketplace.Host.Tests.Renders;

public sealed class FrameStillsTests : IDisposable
{
    private readonly FakeBlobs _blobs = new();
    private readonly FrameStills _stills;

    public FrameStillsTests() => _stills = new(_blobs);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _stills.Dispose();

    [Fact]
    public async Task A_thumbnail_is_a_small_webp_and_made_once()
    {
        var picture = _blobs.Add(Grey(1_000, 500));

        var file = await _stills.Thumbnail(picture, isMarked: false, Cancel);

        using var codec = SKCodec.Create(new MemoryStream(file));
        Assert.Equal((SKEncodedImageFormat.Webp, 256, 128), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
        _blobs.Files.Clear();
        Assert.Same(file, await _stills.Thumbnail(picture, isMarked: false, Cancel));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _stills.Thumbnail(picture, isMarked: true, Cancel));
    }

    [Fact]
    public async Task A_marked_preview_differs_all_over_the_picture()
    {
        var picture = _blobs.Add(Grey(400, 300));

        var plain = await _stills.Preview(picture, isMarked: false, Cancel);
        var marked = await _stills.Preview(picture, isMarked: true, Cancel);

        Assert.All(Quarters(plain), differing => Assert.Equal(0, differing));
        Assert.All(Quarters(marked), differing => Assert.InRange(differing, 0.05, 0.75));
    }

    [Fact]
    public async Task A_frame_under_way_shows_what_is_there_and_leaves_out_what_is_broken()
    {
        var order = new RenderOrder(
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
        RenderUnit[] units = [.. RenderPlan.Cut(order)];
        UnitFile[] files = [File(units[0], Sums(units[0], order.Seed)), File(units[1], [1, 2, 3])];

        var file = await _stills.Partial(order, 1, files, Cancel);

        using var preview = SKBitmap.Decode(file);
        Assert.Equal((200, 60), (preview.Width, preview.Height));
        var left = Enumerable.Range(0, 128).Average(x => (double)preview.GetPixel(x, 30).Green);
        Assert.InRange(left, 60, 200);
        Assert.Contains(Enumerable.Range(130, 70), x => preview.GetPixel(x, 30).Green == 0);
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
