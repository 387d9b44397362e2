using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;
using SkiaSharp;

namespace Marketplace.EndToEnd.Tests;

/// <summary>A moving scene on several rigs, one of which dies.</summary>
public class AnimationStoryTests
{
    private const int Frames = 24;
    private const int FramesPerSecond = 24;
    private const int Edge = 96;
    private const int Samples = 32;
    private const ulong Seed = 7;
    private const int Bounces = 4;

    /// <summary>Frames after which one of the rigs is killed.</summary>
    private const int KillAfter = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_fox_runs_on_three_rigs_one_of_which_is_killed()
    {
        var glb = await File.ReadAllBytesAsync(SharedData.SkipUnless("gltf/Fox.glb"), Cancel);
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        string[] rigs = ["rig-a", "rig-b", "rig-c"];
        await Task.WhenAll(rigs.Select(rig => world.StartRig(provider, rig, Cancel)));
        var renter = await world.NewRenter("5.000000", Cancel);
        var scene = await Upload(renter, glb);
        Assert.Equal(
            ["Survey", "Walk", "Run"],
            scene["animations"]!.AsArray().Select(clip => (string)clip!["name"]!),
            StringComparer.Ordinal);

        var render = await renter.Post("/v1/renders", Order((string)scene["id"]!), Cancel, "fox");
        var frames = await Watch(renter, (string)render["id"]!, () => world.KillRig(rigs[1]));

        // Every frame once, and moving.
        Assert.Equal(Enumerable.Range(1, Frames), frames.Keys.Order());
        Assert.Equal(Frames, frames.Values.Distinct(StringComparer.Ordinal).Count());

        // Whoever made it, it is the picture that one patient machine would have made.
        Assert.Equal(Sha256(Alone(glb, 13)), frames[13]);

        var done = await renter.Get($"/v1/renders/{render["id"]}", Cancel);
        Assert.Equal(("succeeded", Frames), ((string)done["state"]!, (int)done["framesDone"]!));
        var charged = Usdc.Parse((string)done["charged"]!);
        var billed = Usdc.Zero;

        foreach (var receipt in done["receipts"]!.AsArray())
        {
            billed += Usdc.Parse((string)(await renter.Get($"/v1/receipts/{receipt}", Cancel))["charge"]!);
        }

        Assert.True(charged > Usdc.Zero);
        Assert.Equal(charged, billed);
        var balance = Usdc.Parse((string)(await renter.Get("/v1/balance", Cancel))["promo"]!);
        Assert.Equal(Usdc.Parse("5") - charged, balance);
        await world.BooksBalance(Cancel);

        using var preview = SKCodec.Create(
            new MemoryStream(await renter.Bytes($"/v1/renders/{render["id"]}/preview", Cancel)));
        Assert.Equal((Frames, Edge), (preview.FrameCount, preview.Info.Width));
        Assert.InRange(preview.FrameInfo.Sum(frame => frame.Duration), 950, 1_050);
    }

    private static object Order(string scene) => new
    {
        scene,
        width = Edge,
        height = Edge,
        samples = Samples,
        frames = $"1-{Frames}",
        framesPerSecond = FramesPerSecond,
        animation = "Run",
        seed = Seed,
        maxBounces = Bounces,
    };

    private static async Task<JsonNode> Upload(RestClient renter, byte[] glb)
    {
        var sha256 = Sha256(glb);
        await renter.Upload(sha256, glb, Cancel);
        return await renter.Post(
            "/v1/scenes", new { root = "Fox.glb", files = new[] { new { path = "Fox.glb", sha256 } } }, Cancel);
    }

    /// <summary>Hashes of the frames as they are told; one that is told twice fails the test.</summary>
    private static async Task<Dictionary<int, string>> Watch(RestClient renter, string render, Func<Task> kill)
    {
        var frames = new Dictionary<int, string>();

        await foreach (var (type, _, data) in renter.RenderEvents(render, Cancel))
        {
            if (type == "frame")
            {
                frames.Add((int)data["frame"]!, (string)data["imageSha256"]!);

                if (frames.Count == KillAfter)
                {
                    await kill();
                }
            }
        }

        return frames;
    }

    private static byte[] Alone(byte[] glb, int frame)
    {
        var options = new SceneOptions { Animation = "Run", AnimationSeconds = (float)frame / FramesPerSecond };
        var scene = SceneReader.Read(glb, options);
        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 1);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView
        {
            Width = Edge,
            Height = Edge,
            Camera = scene.Cameras[0],
            Seed = Seed,
            Frame = frame,
            MaxBounces = Bounces,
        };
        var film = new FrameFilm(Edge, Edge, Samples, frame, Seed);
        film.Add(tracer.Trace(view, new Tile(0, 0, Edge, Edge), new SampleRange(0, Samples), Cancel));

        return film.ToPng(ToneMap.PbrNeutral);
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
