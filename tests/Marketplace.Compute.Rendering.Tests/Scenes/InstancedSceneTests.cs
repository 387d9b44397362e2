using System.Numerics;
using System.Text.Json.Nodes;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Files whose meshes are kept once and drawn as instances.</summary>
public sealed class InstancedSceneTests
{
    private static readonly SceneOptions Shared = new() { SavedTrianglesMin = 0 };
    private static readonly SceneOptions Expanded = new() { SavedTrianglesMin = long.MaxValue };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_picture_of_instances_is_accepted_as_one_of_their_expanded_triangles()
    {
        var glb = NormalMapped(ForestScene.ToGlb(12, 60));
        var instanced = SceneReader.Read(glb, Shared);
        Assert.Equal(12, instanced.Tables.Constants.InstanceCount);
        var found = Compare(instanced, SceneReader.Read(glb, Expanded), new HostDevice(2));

        Assert.True(found is { Astray: 0 } && IsAccepted(found), $"{found}");
        Assert.InRange(found.MeanDifference, 0, 1e-3);
    }

    /// <summary>
    /// Lamps are numbered in the order of the tree, so the samples choose others: the same light, another noise.
    /// </summary>
    [Fact]
    public void Lamps_on_instances_shine_as_those_of_expanded_meshes()
    {
        var glb = ForestScene.ToGlb(12, 60, hasLamps: true);
        var (instanced, expanded) = (SceneReader.Read(glb, Shared), SceneReader.Read(glb, Expanded));
        Assert.Equal(12, instanced.Tables.Constants.InstanceCount);
        Assert.Equal(expanded.Facts.Lights, instanced.Facts.Lights);
        var seen = Pictures.Mean(Pictures.Render(instanced, 48, 27, 256));
        var expected = Pictures.Mean(Pictures.Render(expanded, 48, 27, 256));

        Assert.InRange(seen.X / expected.X, 0.98f, 1.02f);
        Assert.InRange(seen.Z / expected.Z, 0.98f, 1.02f);
    }

    [Fact]
    public void The_kernel_on_the_CPU_accelerator_traces_instances_as_the_Host_does_expanded_ones()
    {
        var glb = NormalMapped(ForestScene.ToGlb(5, 20));
        var found = Compare(
            SceneReader.Read(glb, Shared), SceneReader.Read(glb, Expanded), IlgpuDevice.OpenForTests(), 24, 14, 4);

        Assert.True(found is { Astray: 0 } && IsAccepted(found), $"{found}");
    }

    [Fact]
    public void Instances_keep_the_numbers_normals_and_colours_of_their_nodes()
    {
        var glb = ForestScene.ToGlb(6, 40);
        var (seen, expected) = (AovsOf(SceneReader.Read(glb, Shared)), AovsOf(SceneReader.Read(glb, Expanded)));
        var pixels = Enumerable.Range(0, seen.Tile.Pixels).ToArray();

        Assert.True(pixels.Select(seen.ObjectId).Distinct().Count() > 4);
        Assert.InRange(pixels.Count(at => seen.ObjectId(at) != expected.ObjectId(at)), 0, pixels.Length / 200);
        Assert.InRange(pixels.Count(at => (seen.Normal(at) - expected.Normal(at)).Length() > 0.01f), 0, pixels.Length / 100);
        Assert.InRange(pixels.Count(at => (seen.Albedo(at) - expected.Albedo(at)).Length() > 0.01f), 0, pixels.Length / 100);
    }

    [Fact]
    public void A_forest_of_ten_thousand_trees_takes_the_room_of_one_and_their_places()
    {
        // The limit on triangles counts the one tree and not its copies; copy by copy reading ends at the limit.
        var glb = ForestScene.ToGlb(10_000, 2_000, asNodes: false);
        var limits = SceneLimits.Default with { TrianglesMax = 100_000 };
        var forest = SceneReader.Read(glb, new() { Limits = limits });
        var tree = SceneReader.Read(ForestScene.ToGlb(1, 2_000));
        var (facts, one) = (forest.Facts, tree.Facts);

        Assert.Equal(one.Triangles, facts.Triangles);
        Assert.InRange(forest.Tables.Bytes, tree.Tables.Bytes, tree.Tables.Bytes + (10_000 * 200L));

        // And what the Host keeps beside the tables: a share of a wide node, and a root.
        Assert.InRange(facts.MemoryBytes, one.MemoryBytes, one.MemoryBytes + (10_000 * 300L));
        Assert.Contains(
            nameof(SceneLimits.TrianglesMax),
            Assert.Throws<SceneFormatException>(
                () => SceneReader.Read(glb, Expanded with { Limits = limits })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_in_one_node_are_drawn_as_nodes_of_their_own_would_be()
    {
        var nodes = SceneReader.Read(ForestScene.ToGlb(6, 40), Shared);

        foreach (var options in new[] { Shared, Expanded })
        {
            var copies = SceneReader.Read(ForestScene.ToGlb(6, 40, asNodes: false), options);
            Assert.Empty(copies.Facts.UnsupportedExtensions);
            var found = Compare(copies, nodes, new HostDevice(2));
            Assert.True(found is { Astray: 0 } && IsAccepted(found), $"{found}");
        }
    }

    [Fact]
    public void Meshes_that_are_drawn_once_or_save_little_are_kept_as_they_were()
    {
        var glb = ForestScene.ToGlb(3, 100);
        var (seen, expected) = (SceneReader.Read(glb).Tables, SceneReader.Read(glb, Expanded).Tables);
        var once = ForestScene.ToGlb(1, 100);

        Assert.Equal(0, seen.Constants.InstanceCount);
        Assert.Equal(expected.Nodes, seen.Nodes);
        Assert.Equal(expected.Triangles, seen.Triangles);
        Assert.Equal(expected.Bytes, seen.Bytes);
        Assert.Equal(SceneReader.Read(once, Expanded).Tables.Triangles, SceneReader.Read(once, Shared).Tables.Triangles);
    }

    [Fact]
    public void Copies_without_area_vanish_and_flat_ones_are_drawn_flat()
    {
        var glb = GlbEdit.Of(ForestScene.ToGlb(4, 30), json =>
        {
            json["nodes"]![0]!["scale"] = new JsonArray(0f, 0f, 0f);
            json["nodes"]![1]!["scale"] = new JsonArray(0f, 0.1f, 0f);
            json["nodes"]![2]!["scale"] = new JsonArray(1f, 1f, 0f);
        });
        var (seen, expected) = (SceneReader.Read(glb, Shared), SceneReader.Read(glb, Expanded));

        // Parts 2 and 4: the flat tree and the ground.
        Assert.Equal(1, seen.Tables.Constants.InstanceCount);
        Assert.Equal([2f, 4f], LooseParts(seen));
        Assert.Equal(expected.Low.X, seen.Low.X, 1e-3f);
        Assert.Equal(expected.High.Y, seen.High.Y, 1e-3f);
    }

    [Fact]
    public void A_file_may_hide_all_copies_of_a_mesh_at_one_moment()
    {
        var glb = GlbEdit.Of(ForestScene.ToGlb(3, 30), json =>
        {
            for (var tree = 0; tree < 3; tree++)
            {
                json["nodes"]![tree]!["scale"] = new JsonArray(0f, 0f, 0f);
            }
        });
        var scene = SceneReader.Read(glb, Shared);

        Assert.Equal(0, scene.Tables.Constants.InstanceCount);
        Assert.Equal([3f], LooseParts(scene));
        Assert.Equal(2, scene.Tables.TriangleLinks.Length);
    }

    [Fact]
    public void Half_clear_copies_behind_each_other_let_a_quarter_through()
    {
        var builder = new SceneBuilder();
        var clear = builder.AddMaterial(new SceneMaterial { Base = new Float4(1f, 1f, 1f, 0.5f), AlphaCutoff = -1f });
        TestScenes.AddQuad(builder, clear, new Vec3(0f), 1f, up: true);
        var card = builder.ShareFrom(0);
        TestScenes.AddQuad(builder, builder.AddMaterial(new SceneMaterial()), new Vec3(0f, -9f, 0f), 1f, up: true);
        builder.AddInstance(card, Placement.Of(Matrix4x4.CreateTranslation(0f, 1f, 0f))!);
        builder.AddInstance(card, Placement.Of(Matrix4x4.CreateScale(2f) * Matrix4x4.CreateTranslation(0f, 2f, 0f))!);
        const int rays = 20_000;

        Assert.InRange(Through(TestScenes.Finish(builder, new SceneOptions()), rays), 0.24f * rays, 0.26f * rays);
    }

    [Fact]
    public void Too_many_or_uneven_copies_are_refused_by_name()
    {
        var glb = ForestScene.ToGlb(6, 40, asNodes: false);
        var limits = new SceneLimits { InstancesMax = 6 };
        Assert.Contains(nameof(SceneLimits.InstancesMax), Refusal(glb, new SceneOptions { Limits = limits }));
        var uneven = GlbEdit.Of(glb, json =>
        {
            var attributes = json["nodes"]![0]!["extensions"]!["EXT_mesh_gpu_instancing"]!["attributes"]!;
            json["accessors"]![attributes["SCALE"]!.GetValue<int>()]!["count"] = 5;
        });
        Assert.Contains("5 SCALE for 6 instances", Refusal(uneven, Shared), StringComparison.Ordinal);
    }

    private static IEnumerable<float> LooseParts(Scene scene) => scene.Tables.Triangles
        .Where((_, row) => row % 3 == 2).Select(row => row.W).Where(part => part > 0f).Distinct().Order();

    private static string Refusal(byte[] glb, SceneOptions options) =>
        Assert.Throws<SceneFormatException>(() => SceneReader.Read(glb, options)).Message;

    private static int Through(Scene scene, int rays)
    {
        using var pinned = new PinnedScene(scene.Tables);
        var host = pinned.As<TwoLevels>();

        return Enumerable.Range(0, rays).Count(ray =>
        {
            var salt = (uint)ray * 0x9E3779B9u;
            host.Closest(new Vec3(0.1f, 5f, 0.2f), new Vec3(0f, -1f, 0f), float.MaxValue, salt, out var instance);

            return instance == 0;
        });
    }

    /// <summary>The bark gets a normal map, for which the file has no tangents.</summary>
    private static byte[] NormalMapped(byte[] glb) => GlbEdit.Of(
        glb, json => json["materials"]![0]!["normalTexture"] = new JsonObject { ["index"] = 0 });

    private static AovTile AovsOf(Scene scene)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);

        return tracer.TraceAovs(Pictures.View(scene, 96, 54), new Tile(0, 0, 96, 54), 4, Cancel);
    }

    private static bool IsAccepted(LeafFinding found) => LeafJudge.Judge(
        new(found.Pixels, found.Informative, found.Agreeing, found.MeanDifference, found.Astray))
            is LeafVerdict.Accepted;

    /// <summary>A leaf of one scene, checked against the other as a challenge would.</summary>
    private static LeafFinding Compare(
        Scene claimed, Scene expected, ComputeDevice device, int width = 64, int height = 36, int samples = 16)
    {
        using (device)
        {
            using var host = new HostDevice(2);
            using var checker = new PathTracer(expected, host);
            using var claimer = new PathTracer(claimed, device);
            var view = Pictures.View(expected, width, height);
            var sums = claimer.Trace(view, new Tile(0, 0, width, height), new SampleRange(0, samples), Cancel);

            return LeafAudit.Check(checker, view, sums, Cancel);
        }
    }
}
