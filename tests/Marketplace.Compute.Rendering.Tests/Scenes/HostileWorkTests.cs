using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Small files that want much work: refused before any of it is done, and whatever is done can be ended.</summary>
public sealed class HostileWorkTests
{
    private const int Edge = 128;

    [Fact]
    public void A_primitive_of_too_many_morph_targets_is_refused_at_once() => AssertRefused(
        $"100000 morph targets of a primitive of mesh 0, allowed are 1000 ({nameof(SceneLimits.MorphTargetsMax)})",
        Bomb(vertices: 3, targets: 100_000));

    [Theory]
    [InlineData(501_000_000, 1_000_000, 501, 1, 1)]
    [InlineData(501_000_000, 1_000, 1_000, 501, 1)]
    [InlineData(600_000_000, 1_000, 1_000, 1, 600)]
    public void More_deltas_of_morph_targets_than_a_frame_may_add_are_refused_at_once(
        long deltas, int vertices, int targets, int nodes, int copies)
    {
        var bomb = Bomb(vertices, targets);
        var node = JsonNode.Parse("""{ "mesh": 0 }""")!;

        if (copies > 1)
        {
            var places = Claim(bomb, copies);
            node["extensions"] = JsonNode.Parse(
                $$"""{ "EXT_mesh_gpu_instancing": { "attributes": { "TRANSLATION": {{places}} } } }""");
            bomb["extensionsUsed"] = new JsonArray("EXT_mesh_gpu_instancing");
        }

        bomb["nodes"] = new JsonArray([.. Enumerable.Repeat(node, nodes).Select(one => one.DeepClone())]);

        AssertRefused(
            $"{deltas} morph targets times vertices drawn, allowed are 500000000 ({nameof(SceneLimits.MorphDeltasMax)})",
            bomb);
    }

    [Fact]
    public void One_accessor_that_too_many_primitives_name_is_refused_at_once()
    {
        var bomb = Bomb(vertices: 1_000_000, targets: 0);
        var primitive = bomb["meshes"]![0]!["primitives"]![0]!;
        bomb["meshes"]![0]!["primitives"] =
            new JsonArray([.. Enumerable.Repeat(primitive, 501).Select(one => one.DeepClone())]);

        AssertRefused(
            "501000000 vertices and indices of primitives, allowed are 500000000 "
            + $"({nameof(SceneLimits.PrimitiveElementsMax)})",
            bomb);
    }

    /// <summary>The square of their number would be minutes.</summary>
    [Fact]
    public void As_many_nodes_as_are_allowed_are_no_work_to_speak_of()
    {
        var gltf = Card.Make("{}");
        gltf.Json.Remove("scenes");
        gltf.Json["nodes"] = new JsonArray([
            JsonNode.Parse("""{ "mesh": 0 }"""),
            .. Enumerable.Range(1, SceneLimits.Default.NodesMax - 1).Select(_ => new JsonObject()),
        ]);

        Assert.Equal(2, gltf.Read().Facts.Triangles);
    }

    [Fact]
    public void Skins_that_too_many_nodes_wear_are_refused_at_once()
    {
        var bomb = Bomb(vertices: 3, targets: 0);
        bomb["skins"] = new JsonArray(new JsonObject
        {
            ["joints"] = new JsonArray([.. Enumerable.Range(0, 1_000).Select(joint => JsonValue.Create(joint))]),
        });
        bomb["nodes"] = new JsonArray(
            [.. Enumerable.Range(0, 2_001).Select(_ => JsonNode.Parse("""{ "mesh": 0, "skin": 0 }"""))]);

        AssertRefused($"2001000 joints of skins, counted for each node, allowed are 2000000 ({nameof(SceneLimits.SkinJointsMax)})", bomb);
    }

    [Fact]
    public void Clips_of_few_keys_and_too_many_morph_weights_are_refused_at_once()
    {
        var bomb = Bomb(vertices: 3, targets: 1);
        Claim(bomb, 1, "SCALAR");
        Claim(bomb, 40_000_000, "SCALAR");
        var channel = JsonNode.Parse("""{ "sampler": 0, "target": { "node": 0, "path": "weights" } }""")!;
        bomb["animations"] = new JsonArray(new JsonObject
        {
            ["samplers"] = JsonNode.Parse("""[ { "input": 1, "output": 2 } ]"""),
            ["channels"] = new JsonArray(channel, channel.DeepClone()),
        });

        AssertRefused(
            $"80000000 values of keyframes, allowed are 60000000 ({nameof(SceneLimits.KeyframeValuesMax)})", bomb);
    }

    [Fact]
    public void What_is_just_within_the_limits_is_drawn()
    {
        var limits = new SceneLimits
        {
            MorphTargetsMax = 2,
            MorphDeltasMax = 2 * Edge * Edge,
            SkinJointsMax = 2,
            KeyframeValuesMax = 4,
        };

        Moving().Read(new SceneOptions { Limits = limits, ChecksEveryClip = true });
        Assert.Throws<SceneFormatException>(
            () => Moving().Read(new SceneOptions { Limits = limits with { MorphDeltasMax = (2 * Edge * Edge) - 1 } }));
        Assert.Throws<SceneFormatException>(
            () => Moving().Read(new SceneOptions { Limits = limits with { SkinJointsMax = 1 } }));
        Assert.Throws<SceneFormatException>(
            () => Moving().Read(new SceneOptions { Limits = limits with { KeyframeValuesMax = 3 } }));
    }

    /// <summary>Two targets of positions are two deltas a vertex more, and none of them is added unseen.</summary>
    [Fact]
    public void Raised_targets_are_work_that_is_counted()
    {
        var (still, raised) = (Looks(Moving(), seconds: 0f), Looks(Moving(), seconds: 1f));

        Assert.InRange(raised - still, (2 * Edge * Edge / SceneWork.StepsMax) - 1, 2 * Edge * Edge / SceneWork.StepsMax);
    }

    [Fact]
    public void A_load_ends_at_the_very_look_that_finds_it_cancelled_and_leaves_the_source_whole()
    {
        CancellationTokenSource? cancel = null;
        var (seen, ends) = (0, int.MaxValue);
        var source = Moving().Open(new SceneOptions
        {
            Looked = () =>
            {
                if (++seen == ends)
                {
                    cancel!.Cancel();
                }
            },
        });
        var whole = source.At("raise", 1f, CancellationToken.None).Tables.Triangles;
        var looks = seen;
        Assert.InRange(looks, 40, 10_000);

        // Few enough to be quick, and in every part of the work.
        for (ends = 1; ends <= looks; ends += Math.Max(1, looks / 25))
        {
            using var ending = cancel = new CancellationTokenSource();
            seen = 0;

            Assert.ThrowsAny<OperationCanceledException>(() => source.At("raise", 1f, cancel.Token));
            Assert.Equal(ends, seen);
        }

        ends = int.MaxValue;
        Assert.Equal(whole, source.At("raise", 1f, CancellationToken.None).Tables.Triangles);
    }

    /// <summary>Centres that are all alike cannot be split and are sorted.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_in_the_making_ends_at_the_very_look_that_finds_it_cancelled(bool alike)
    {
        var boxes = Enumerable.Range(0, 3_000).Select(i => Aabb.Empty.Union(new Vec3(alike ? 0f : i))).ToArray();
        var looks = 0;
        BvhBuilder.Build(boxes, new SceneWork(CancellationToken.None, () => looks++));
        Assert.InRange(looks, 10, 10_000);

        for (var wanted = 1; wanted <= looks; wanted++)
        {
            using var cancel = new CancellationTokenSource();
            var (seen, ends) = (0, wanted);
            var work = new SceneWork(cancel.Token, () =>
            {
                if (++seen == ends)
                {
                    cancel.Cancel();
                }
            });

            Assert.ThrowsAny<OperationCanceledException>(() => BvhBuilder.Build(boxes, work));
            Assert.Equal(wanted, seen);
        }
    }

    /// <summary>No element is worked on, and so none is looked at.</summary>
    private static void AssertRefused(string why, JsonObject file)
    {
        var options = new SceneOptions { Looked = () => Assert.Fail("work was done"), ChecksEveryClip = true };
        var manifest = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["bomb.gltf"] = System.Text.Encoding.UTF8.GetBytes(file.ToJsonString()),
        };

        Assert.Contains(
            why,
            Assert.Throws<SceneFormatException>(() => SceneReader.Read("bomb.gltf", manifest, options)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>One primitive whose targets all name its own positions, which are claimed and need no bytes.</summary>
    private static JsonObject Bomb(int vertices, int targets)
    {
        var bomb = new JsonObject { ["asset"] = new JsonObject { ["version"] = "2.0" }, ["accessors"] = new JsonArray() };
        Claim(bomb, vertices);
        bomb["meshes"] = new JsonArray(new JsonObject
        {
            ["primitives"] = new JsonArray(new JsonObject
            {
                ["attributes"] = new JsonObject { ["POSITION"] = 0 },
                ["targets"] = new JsonArray(
                    [.. Enumerable.Range(0, targets).Select(_ => new JsonObject { ["POSITION"] = 0 })]),
            }),
        });

        if (targets == 0)
        {
            bomb["meshes"]![0]!["primitives"]![0]!.AsObject().Remove("targets");
        }

        bomb["nodes"] = JsonNode.Parse("""[ { "mesh": 0 } ]""");

        return bomb;
    }

    private static int Claim(JsonObject file, int count, string type = "VEC3")
    {
        var accessors = file["accessors"]!.AsArray();
        accessors.Add(new JsonObject { ["componentType"] = 5126, ["count"] = count, ["type"] = type });

        return accessors.Count - 1;
    }

    private static int Looks(HandMadeGltf gltf, float seconds)
    {
        var looks = 0;
        gltf.Open(new SceneOptions { Looked = () => looks++ }).At("raise", seconds, CancellationToken.None);

        return looks;
    }

    /// <summary>A grid in a skin of two joints, with two targets that a clip raises within a second.</summary>
    private static HandMadeGltf Moving()
    {
        var gltf = new HandMadeGltf();
        var places = Enumerable.Range(0, Edge * Edge).Select(i => (X: i % Edge, Y: i / Edge)).ToArray();
        var positions = gltf.Add([.. places.SelectMany(at => new float[] { at.X, at.Y, at.X * at.Y % 7 })], "VEC3");
        var corners = places.Where(at => at.X + 1 < Edge && at.Y + 1 < Edge).Select(at => at.X + (at.Y * Edge))
            .SelectMany(i => new[] { i, i + 1, i + Edge, i + Edge, i + 1, i + Edge + 1 });
        var joints = gltf.AddBytes([.. places.SelectMany(_ => new byte[] { 0, 1, 0, 0 })], 5121, places.Length, "VEC4");
        var weights = gltf.Add([.. places.SelectMany(_ => new[] { 0.5f, 0.5f, 0f, 0f })], "VEC4");
        int[] indices = [.. corners];
        gltf.Json["meshes"] = new JsonArray(new JsonObject
        {
            ["primitives"] = new JsonArray(new JsonObject
            {
                ["attributes"] = new JsonObject
                {
                    ["POSITION"] = positions,
                    ["JOINTS_0"] = joints,
                    ["WEIGHTS_0"] = weights,
                },
                ["indices"] = gltf.AddBytes(
                    [.. indices.SelectMany(BitConverter.GetBytes)], 5125, indices.Length, "SCALAR"),
                ["targets"] = new JsonArray(
                    new JsonObject { ["POSITION"] = positions }, new JsonObject { ["POSITION"] = positions }),
            }),
            ["weights"] = new JsonArray(0f, 0f),
        });
        gltf.Json["nodes"] = JsonNode.Parse("""[ { "mesh": 0, "skin": 0 }, { "children": [ 2 ] }, {} ]""");
        gltf.Json["skins"] = JsonNode.Parse("""[ { "joints": [ 1, 2 ] } ]""");
        gltf.Json["scenes"] = JsonNode.Parse("""[ { "nodes": [ 0, 1 ] } ]""");
        var (times, raised) = (gltf.Add([0f, 1f], "SCALAR"), gltf.Add([0f, 0f, 1f, 1f], "SCALAR"));
        gltf.Json["animations"] = JsonNode.Parse($$"""
            [ { "name": "raise", "samplers": [ { "input": {{times}}, "output": {{raised}} } ],
                "channels": [ { "sampler": 0, "target": { "node": 0, "path": "weights" } } ] } ]
            """);

        return gltf;
    }
}
