using System.Text;
using Marketplace.Agent.Protocol;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tests.Verification;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;

namespace Marketplace.Api.Tests.Verification;

/// <summary>
/// A small scene, and a tracer that makes its units for a <see cref="TestRig"/>: honest ones and others.
/// </summary>
internal sealed class UnitMachine
{
    private const string Root = "scene.gltf";
    private const string Clip = "Swing";

    private readonly bool _moves;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files;

    /// <param name="kind">
    /// <c>lit</c> by a lamp, <c>moving</c> under it, <c>sky</c> without one, or <c>dark</c>: nothing but a lamp out of sight.
    /// </param>
    public UnitMachine(string kind)
    {
        _moves = kind == "moving";
        _files = new(StringComparer.Ordinal)
        {
            [Root] = Encoding.UTF8.GetBytes(Gltf(kind)),
            ["scene.bin"] = Buffer(),
        };
    }

    /// <summary>A Radiance .hdr of four by two pixels, brighter above than below.</summary>
    public static byte[] Environment { get; } =
    [
        .. "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 2 +X 4\n"u8,
        .. Enumerable.Range(0, 8).SelectMany(i => new byte[] { (byte)(200 - (20 * i)), 180, 160, 128 }),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Uploads it; answers the body of an order.</summary>
    public async Task<Dictionary<string, object>> Order(MarketClient renter, string region, int samples)
    {
        var files = new List<object>();

        foreach (var (path, bytes) in _files)
        {
            files.Add(new { path, sha256 = await renter.Upload(bytes.ToArray()) });
        }

        var scene = await renter.Post("/v1/scenes", new { root = Root, files });
        var order = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["scene"] = scene.Text("id"),
            ["width"] = 96,
            ["height"] = 64,
            ["samples"] = samples,
            ["frames"] = _moves ? "12,36" : "1",
            ["seed"] = 77,
            ["region"] = region,
        };

        if (_moves)
        {
            order["animation"] = Clip;
        }

        return order;
    }

    /// <summary>The leaves of a unit, honest or as a way to save work makes them.</summary>
    public IReadOnlyList<TileSums> Leaves(UnitOrderMessage unit, string way = "honest")
    {
        var scene = SceneReader.Read(
            Root,
            _files,
            new SceneOptions
            {
                Animation = unit.Animation,
                AnimationSeconds = (float)unit.Frame / unit.FramesPerSecond,
                Environment = unit.Environment is null ? null : EnvironmentMap.Read(Environment),
                EnvironmentTurns = unit.EnvironmentLight?.Turns ?? 0f,
                EnvironmentExposure = unit.EnvironmentLight?.Factor ?? 1f,
            });
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView
        {
            Width = unit.ImageWidth,
            Height = unit.ImageHeight,
            Camera = unit.GivenCamera is { } given ? CameraOf(given) : scene.Cameras[0],
            Seed = unit.Seed,
            Frame = unit.Frame,
            MaxBounces = unit.MaxBounces,
            IndirectMax = unit.IndirectMax,
        };
        var cheat = new CheatingTracer(tracer, view, Cancel);
        var tile = new Tile(unit.X, unit.Y, unit.Width, unit.Height);
        var ranges = UnitLeaves.RangesOf(new SampleRange(unit.FirstSample, unit.Samples));

        return [.. ranges.Select(range => Make(tracer, view, cheat, tile, range, way))];
    }

    private static Camera CameraOf(UnitCameraMessage given) => new()
    {
        Position = new(given.Position[0], given.Position[1], given.Position[2]),
        Target = new(given.Target[0], given.Target[1], given.Target[2]),
        Up = new(given.Up[0], given.Up[1], given.Up[2]),
        VerticalFovDegrees = given.VerticalFov,
    };

    /// <summary>What leaves add up to.</summary>
    public static byte[] Sum(UnitOrderMessage unit, IReadOnlyList<TileSums> leaves) =>
        UnitLeaves.Sum(new SampleRange(unit.FirstSample, unit.Samples), leaves).ToBytes();

    private static TileSums Make(
        PathTracer tracer, RenderView view, CheatingTracer cheat, Tile tile, SampleRange range, string way) => way switch
        {
            "honest" => tracer.Trace(view, tile, range, Cancel),
            "most-samples" => cheat.Fewer(tile, range, range.Count * 7 / 8),
            "half-samples" => cheat.Fewer(tile, range, range.Count / 2),
            "other-seed" => cheat.OtherSeed(tile, range),
            "other-frame" => cheat.OtherFrame(tile, range),
            "smoothed" => cheat.Blurred(tile, range, Math.Max(1, range.Count / 4)),
            "fewer-bounces" => cheat.FewerBounces(tile, range, 0),
            "reused" => CheatingTracer.As(
                tile, range, view, tracer.Trace(view, tile, new SampleRange(1_024, range.Count), Cancel).Values.ToArray()),
            "shifted" => CheatingTracer.As(
                tile, range, view, Shifted(tracer.Trace(view, tile, range, Cancel).Values.ToArray(), tile.Width * 3)),
            "noise" => CheatingTracer.As(
                tile, range, view, Noisy(tracer.Trace(view, tile, new SampleRange(range.First, 1), Cancel), range.Count)),
            "grey" => CheatingTracer.As(
                tile, range, view, [.. Enumerable.Repeat(0.5f * range.Count, tile.Pixels * 3)]),
            "black" => CheatingTracer.As(tile, range, view, new float[tile.Pixels * 3]),
            _ => throw new ArgumentOutOfRangeException(nameof(way)),
        };

    /// <summary>One sample, and made-up noise about it.</summary>
    private static float[] Noisy(TileSums sums, int samples)
    {
        var random = new Random(5);
        return [.. sums.Values.ToArray().Select(value => value * samples * (0.9f + (0.2f * random.NextSingle())))];
    }

    /// <summary>The row above: what another tile of the picture would be.</summary>
    private static float[] Shifted(float[] values, int row) => [.. values[row..], .. values[..row]];

    /// <summary>A square of two triangles that faces up, two times, and two places.</summary>
    private static byte[] Buffer() => new float[]
    {
        -1, 0, -1, -1, 0, 1, 1, 0, 1, -1, 0, -1, 1, 0, 1, 1, 0, -1,
        0, 2,
        -0.6f, 0.8f, 0, 0.9f, 0.8f, 0,
    }.SelectMany(BitConverter.GetBytes).ToArray();

    /// <summary>A floor, a leaning square that may move, and a lamp above them.</summary>
    private static string Gltf(string kind)
    {
        var nodes = kind switch
        {
            "dark" => "[0,3]",
            "sky" => "[0,1,2]",
            _ => "[0,1,2,3]",
        };
        var clips = kind == "moving"
            ? """
            "animations":[{"name":"Swing","samplers":[{"input":1,"output":2}],
             "channels":[{"sampler":0,"target":{"node":2,"path":"translation"}}]}],
            """
            : string.Empty;
        const string Json = """
            {"asset":{"version":"2.0"},"extensionsUsed":["KHR_materials_emissive_strength"],
             "scene":0,"scenes":[{"nodes":NODES}],
             "nodes":[
              {"camera":0,"translation":[0,1.2,5]},
              {"mesh":0,"scale":[4,1,4]},
              {"mesh":1,"translation":[0,0.8,0],"rotation":[0.5,0,0,0.8660254]},
              {"mesh":2,"translation":[0.5,3,0.5],"rotation":[1,0,0,0],"scale":[0.6,1,0.6]}],
             "cameras":[{"type":"perspective","perspective":{"yfov":0.7,"znear":0.1}}],
             CLIPS
             "materials":[
              {"doubleSided":true,"pbrMetallicRoughness":{"baseColorFactor":[0.8,0.7,0.6,1],"metallicFactor":0}},
              {"doubleSided":true,"pbrMetallicRoughness":{"baseColorFactor":[0.9,0.5,0.3,1],"roughnessFactor":0.4}},
              {"doubleSided":true,"emissiveFactor":[1,0.9,0.8],
               "extensions":{"KHR_materials_emissive_strength":{"emissiveStrength":12}}}],
             "meshes":[
              {"primitives":[{"attributes":{"POSITION":0},"material":0}]},
              {"primitives":[{"attributes":{"POSITION":0},"material":1}]},
              {"primitives":[{"attributes":{"POSITION":0},"material":2}]}],
             "accessors":[
              {"bufferView":0,"componentType":5126,"count":6,"type":"VEC3","min":[-1,0,-1],"max":[1,0,1]},
              {"bufferView":1,"componentType":5126,"count":2,"type":"SCALAR","min":[0],"max":[2]},
              {"bufferView":2,"componentType":5126,"count":2,"type":"VEC3"}],
             "bufferViews":[{"buffer":0,"byteLength":72},{"buffer":0,"byteOffset":72,"byteLength":8},
              {"buffer":0,"byteOffset":80,"byteLength":24}],
             "buffers":[{"byteLength":104,"uri":"scene.bin"}]}
            """;

        return Json.Replace("NODES", nodes, StringComparison.Ordinal).Replace("CLIPS", clips, StringComparison.Ordinal);
    }
}
