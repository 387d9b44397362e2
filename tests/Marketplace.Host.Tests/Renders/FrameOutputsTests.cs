using System.Text;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Host.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Renders;

public sealed class FrameOutputsTests : IDisposable
{
    private const int Samples = 128;

    private readonly FakeBlobs _blobs = new();
    private readonly HostDevice _rig = new(1);
    private readonly FirstHitPass _firstHits;
    private readonly FramePicture _picture;

    public FrameOutputsTests()
    {
        _firstHits = new(_blobs, Options.Create(new VerificationOptions()), TimeProvider.System);
        _picture = new(_blobs, new FrameOutputs(_blobs, _firstHits));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_output_is_made_once_and_the_same_units_make_the_same_bytes()
    {
        var order = Order(new()
        {
            ToneMap = ToneMapping.Agx,
            Outputs = [FrameFormat.Exr32, FrameFormat.Png8, FrameFormat.Png16, FrameFormat.Exr16],
            Aovs = [.. Enum.GetValues<FrameAov>()],
        });
        var frame = Frame(order, _ => Samples);
        var made = await Make(frame);

        Assert.Equal(order.Settings!.Outputs, made.Files.Select(file => file.Format));
        Assert.Equal(made.ImageSha256, made.Files[1].Sha256);
        Assert.All(made.Files, file => Assert.Equal(_blobs.Files[file.Sha256].Length, file.Bytes));
        Assert.Equal(16, _blobs.Files[made.Files[2].Sha256][24]);
        Assert.Equal(made.Files, (await Make(frame)).Files);

        var plain = await Make(frame with { Order = order with { Settings = null } });
        Assert.False(string.Equals(made.ImageSha256, plain.ImageSha256, StringComparison.Ordinal));
        Assert.Empty(plain.Files);
    }

    [Fact]
    public async Task Only_the_layers_that_were_ordered_are_there_under_the_names_of_other_programs()
    {
        foreach (var (aovs, names) in new (FrameAov[], string[])[]
        {
            ([], ["B", "G", "R"]),
            ([FrameAov.Albedo], ["B", "G", "R", "albedo.B", "albedo.G", "albedo.R"]),
            ([FrameAov.Depth, FrameAov.Normal], ["B", "G", "R", "Z", "coverage.A", "normal.X", "normal.Y", "normal.Z"]),
            ([FrameAov.ObjectId, FrameAov.SampleCount], ["B", "G", "R", "id.N", "samples.N"]),
            ([FrameAov.Variance], ["B", "G", "R", "variance.Y"]),
        })
        {
            var order = Order(new() { Outputs = [FrameFormat.Exr16], Aovs = aovs });
            var made = await Make(Frame(order, _ => Samples, grey: true));

            Assert.Equal(string.Join(' ', names), ChannelsOf(_blobs.Files[made.Files[0].Sha256]));
        }
    }

    [Fact]
    public async Task A_tile_that_stopped_early_is_divided_by_its_own_samples()
    {
        var order = Order(new() { Outputs = [FrameFormat.Exr32], NoiseTarget = 0.01 });
        var early = await Make(Frame(order, unit => unit.X == 0 ? 64 : Samples, grey: true));
        var all = await Make(Frame(order, _ => Samples, grey: true));

        // Every sample has the same light, so the pictures are the same however many there are.
        Assert.Equal(all.ImageSha256, early.ImageSha256);
        Assert.Equal(all.Files, early.Files);
    }

    [Fact]
    public async Task A_frame_with_a_hole_is_no_picture_even_where_tiles_may_stop_early()
    {
        var order = Order(new() { NoiseTarget = 0.01 });
        var frame = Frame(order, unit => unit.X == 0 ? 64 : Samples, grey: true);

        foreach (var hole in new Func<UnitSums, bool>[]
        {
            unit => unit.Unit.X == 0,
            unit => unit.Unit is { X: 0, FirstSample: 0 },
            unit => unit.Unit is { X: 0, FirstSample: 16 },
        })
        {
            var rest = frame with { Units = [.. frame.Units.Where(unit => !hole(unit))] };
            Assert.IsType<FrameOutcome.Fault>(await _picture.Make(rest, Cancel));
        }
    }

    [Fact]
    public async Task The_noise_of_a_tile_is_read_from_its_units_and_those_that_cannot_be_are_named()
    {
        var order = Order(new() { NoiseTarget = 0.01 });
        using var meter = new NoiseMeter(_blobs);
        var units = Frame(order, _ => Samples).Units.Where(unit => unit.Unit.X == 0).ToArray();
        var spread = new TileSpread(new(0, 0, 128, 16));

        foreach (var unit in units)
        {
            spread.Add(TileSums.Parse(_blobs.Files[unit.Sha256]));
        }

        var noise = Assert.IsType<TileReading.Noise>(await meter.Measure(new(RenderId.From(Guid.NewGuid()), order, units), Cancel));
        Assert.Equal(spread.RelativeError, noise.RelativeError);
        Assert.InRange(noise.RelativeError, 1e-6, 1);

        var broken = (byte[])_blobs.Files[units[1].Sha256].Clone();
        BitConverter.TryWriteBytes(broken.AsSpan(TileSums.HeaderBytes), float.NaN);
        _blobs.Files.Remove(units[0].Sha256);
        UnitSums[] bad = [units[0], units[1] with { Sha256 = _blobs.Add(broken) }, units[2], units[2] with { Unit = units[3].Unit }];
        var named = Assert.IsType<TileReading.BadSums>(await meter.Measure(new(RenderId.From(Guid.NewGuid()), order, bad), Cancel));
        foreach (var other in new[] { order with { Seed = order.Seed + 1 }, order })
        {
            var strange = other.Seed == order.Seed
                ? units[2] with { Unit = units[2].Unit with { Frame = units[2].Unit.Frame + 1 } }
                : units[2];
            var reading = await meter.Measure(new(RenderId.From(Guid.NewGuid()), other, [strange]), Cancel);
            Assert.False(Assert.Single(Assert.IsType<TileReading.BadSums>(reading).Units).IsLost);
        }

        Assert.Equal([(0, true), (1, false), (3, false)], named.Units.Select(unit => (unit.Unit, unit.IsLost)));
    }

    [Fact]
    public void A_large_picture_gets_fewer_first_hits_and_always_one()
    {
        var order = Order(new());
        Assert.Equal(16, FirstHitPass.SamplesOf(order with { Width = 1920, Height = 1080, Samples = 64 }));
        Assert.Equal(4, FirstHitPass.SamplesOf(order with { Width = 4096, Height = 4096, Samples = 64 }));
        Assert.Equal(1, FirstHitPass.SamplesOf(order with { Width = 16_384, Height = 16_384, Samples = 64 }));
    }

    [Fact]
    public void First_hits_have_no_more_samples_than_were_ordered() => Assert.Equal(
        3, FirstHitPass.SamplesOf(Order(new()) with { Width = 1920, Height = 1080, Samples = 3 }));

    public void Dispose()
    {
        _firstHits.Dispose();
        _rig.Dispose();
    }

    private async Task<FrameOutcome.Made> Make(FrameOrder frame) =>
        Assert.IsType<FrameOutcome.Made>(await _picture.Make(frame, Cancel));

    private static string ChannelsOf(byte[] exr)
    {
        var names = new List<string>();

        for (var at = exr.AsSpan().IndexOf("chlist\0"u8) + 11; exr[at] != 0;)
        {
            var end = Array.IndexOf(exr, (byte)0, at);
            names.Add(Encoding.ASCII.GetString(exr, at, end - at));
            at = end + 17;
        }

        return string.Join(' ', names);
    }

    /// <summary>Two tiles, of which the second is narrow.</summary>
    private RenderOrder Order(FrameSettings settings)
    {
        var bytes = ProceduralScene.ToGlb();

        return new(
            new("scene.glb", [new("scene.glb", _blobs.Add(bytes), bytes.Length)], null),
            136,
            16,
            Samples,
            [1],
            24,
            null,
            7,
            2,
            new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
            600)
        {
            Settings = settings,
        };
    }

    /// <summary>The units of a frame up to so many samples of each tile: traced, or of even grey.</summary>
    private FrameOrder Frame(RenderOrder order, Func<RenderUnit, int> until, bool grey = false)
    {
        var scene = SceneReader.Read(_blobs.Files[order.Scene.Files[0].Sha256]);
        using var tracer = new PathTracer(scene, _rig);
        var view = new Compute.Rendering.Film.RenderView
        {
            Width = order.Width,
            Height = order.Height,
            Camera = scene.Cameras[0],
            Seed = order.Seed,
            Frame = 1,
            MaxBounces = order.MaxBounces,
        };
        var units = RenderPlan.Cut(order).Where(unit => unit.FirstSample < until(unit)).Select(unit =>
        {
            var tile = new Tile(unit.X, unit.Y, unit.Width, unit.Height);
            var bytes = grey
                ? Grey(unit, order.Seed)
                : tracer.Trace(view, tile, new(unit.FirstSample, unit.Samples), Cancel).ToBytes();
            return new UnitSums(unit, _blobs.Add(bytes), bytes.Length);
        });

        return new(RenderId.From(Guid.NewGuid()), order, 1, [.. units]);
    }

    private static byte[] Grey(RenderUnit unit, ulong seed)
    {
        uint[] header =
        [
            0x53544B4D, 1, (uint)unit.X, (uint)unit.Y, (uint)unit.Width, (uint)unit.Height, (uint)unit.FirstSample,
            (uint)unit.Samples, (uint)unit.Frame, (uint)seed, (uint)(seed >> 32), 0,
        ];
        var values = Enumerable.Repeat(0.5f * unit.Samples, unit.Width * unit.Height * 3);

        return [.. header.SelectMany(BitConverter.GetBytes), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
