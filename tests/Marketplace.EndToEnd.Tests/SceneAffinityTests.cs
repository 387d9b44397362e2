using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.EndToEnd.Tests.Processes;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Renders of two scenes in turns, on two rigs.</summary>
public class SceneAffinityTests
{
    private const int Rounds = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_scene_is_loaded_by_one_rig_once_and_stays_there()
    {
        await using var world = await World.Create(withChain: false, Cancel);

        // However long a busy machine takes: which rig has the scene decides, and not how soon it asks.
        world.Set("Market:WarmPatience", "00:01:00");
        await world.StartHost(Cancel);
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        ChildProcess[] rigs =
            [await world.StartRig(provider, "rig-a", Cancel), await world.StartRig(provider, "rig-b", Cancel)];

        foreach (var device in (await provider.Get("/v1/provider/devices", Cancel))["data"]!.AsArray())
        {
            await World.Until(
                provider,
                $"/v1/provider/devices/{device!["id"]}",
                "the device is connected",
                view => (bool)view["connected"]!,
                Cancel);
        }

        var renter = await world.NewRenter("5.000000", Cancel);
        var glb = ProceduralScene.ToGlb();
        string[] scenes = [await Upload(renter, "one.glb", glb), await Upload(renter, "two.glb", glb)];

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var scene in scenes)
            {
                await Render(renter, scene, round);
            }
        }

        var loads = rigs.SelectMany(rig => rig.LogLines())
            .Where(line => line.Contains(" is loaded: frame", StringComparison.Ordinal))
            .Select(line => line[line.IndexOf("Scene ", StringComparison.Ordinal)..].Split(' ')[1])
            .ToArray();
        Assert.Equal((2, 2), (loads.Length, loads.Distinct(StringComparer.Ordinal).Count()));
        await world.BooksBalance(Cancel);
    }

    private static async Task<string> Upload(RestClient renter, string path, byte[] glb)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(glb));
        await renter.Upload(sha256, glb, Cancel);
        var scene = await renter.Post("/v1/scenes", new { root = path, files = new[] { new { path, sha256 } } }, Cancel);
        return (string)scene["id"]!;
    }

    private static async Task<JsonNode> Render(RestClient renter, string scene, int round)
    {
        var order = new { scene, width = 64, height = 64, samples = 16, frames = "1", seed = round };
        var render = await renter.Post("/v1/renders", order, Cancel, $"{scene}-{round}");
        return await World.Until(
            renter,
            $"/v1/renders/{render["id"]}",
            "the render has succeeded",
            view => (string)view["state"]! == "succeeded",
            Cancel);
    }
}
