using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Triangles that no ray could meet.</summary>
public sealed class SceneAreaTests
{
    private const string Plain = """{ "pbrMetallicRoughness": {} }""";

    private static readonly SceneOptions Shared = new() { SavedTrianglesMin = 0 };

    [Theory]
    [InlineData("a size of zero")]
    [InlineData("corners on a line")]
    [InlineData("corners in one point")]
    [InlineData("areas beyond the range of numbers")]
    [InlineData("areas below the range of numbers")]
    public void A_scene_without_area_is_refused_and_not_drawn_as_sky(string why)
    {
        var gltf = Card.Make(Plain);

        switch (why)
        {
            case "corners on a line":
                gltf.Attributes()["POSITION"] = gltf.Add([0f, 0f, 0f, 1f, 0f, 0f, 2f, 0f, 0f, 3f, 0f, 0f], "VEC3");
                break;

            case "corners in one point":
                gltf.Attributes()["POSITION"] = gltf.Claim(4, "VEC3");
                break;

            default:
                gltf.Json["nodes"]![0]!["scale"] = why switch
                {
                    "areas beyond the range of numbers" => new JsonArray(1e20f, 1e20f, 1e20f),
                    "areas below the range of numbers" => new JsonArray(1e-20f, 1e-20f, 1e-20f),
                    _ => new JsonArray(0f, 0f, 0f),
                };
                break;
        }

        AssertRefused(gltf, 2);
    }

    [Fact]
    public void Triangles_without_area_are_told_and_take_no_memory()
    {
        var (plain, smooth, flat) = (Card.Make(Plain), Hurt(), Hurt());
        flat.Attributes().Remove("NORMAL");
        var (scene, expected) = (smooth.Read(), plain.Read());

        Assert.Empty(expected.Facts.IgnoredAttributes);
        Assert.Equal(["TRIANGLES without area (2 of 4)"], scene.Facts.IgnoredAttributes);
        Assert.Equal(expected.Facts.MemoryBytes, scene.Facts.MemoryBytes);
        Assert.Equal(expected.Tables.Triangles, scene.Tables.Triangles);
        Assert.Equal(["TRIANGLES without area (2 of 4)"], flat.Read().Facts.IgnoredAttributes);
        Assert.Equal(2, flat.Read().Facts.Triangles);
        Assert.Equal(2 * 3 * 4, flat.Read().Tables.Vertices.Length);
    }

    /// <summary>What grows out of nothing is nothing at first.</summary>
    [Fact]
    public void A_scene_that_moves_may_have_no_area_at_one_moment()
    {
        var gltf = Card.Make(Plain);
        var (times, sizes) = (gltf.Add([0f, 1f], "SCALAR"), gltf.Add([0f, 0f, 0f, 1f, 1f, 1f], "VEC3"));
        gltf.Json["animations"] = JsonNode.Parse($$"""
            [ { "name": "grow", "samplers": [ { "input": {{times}}, "output": {{sizes}} } ],
                "channels": [ { "sampler": 0, "target": { "node": 0, "path": "scale" } } ] } ]
            """);
        gltf.Json["nodes"]![0]!["scale"] = new JsonArray(0f, 0f, 0f);
        var source = gltf.Open(new SceneOptions());
        var (first, last) = (Moment(0f), Moment(1f));

        Assert.Equal((0, 2), (first.Facts.Triangles, last.Facts.Triangles));
        Assert.Equal(["TRIANGLES without area (2 of 2)"], first.Facts.IgnoredAttributes);
        Assert.Empty(last.Facts.IgnoredAttributes);

        Scene Moment(float seconds) => source.At("grow", seconds, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mesh_of_which_no_copy_has_a_size_is_told_once_and_its_lamps_for_each(bool hasLamps)
    {
        var seen = SceneReader.Read(Forest(hasLamps, 1f, 1f), Shared);
        var hidden = SceneReader.Read(Forest(hasLamps, 0f, 0f), Shared);
        var (lost, all) = Told(hidden.Facts);

        // A tree has some triangles without area of its own.
        Assert.InRange(Told(seen.Facts).Lost, 1, all / 2);
        Assert.Equal(Told(seen.Facts).All, all);
        Assert.Equal(hidden.Tables.TriangleLinks.Length, all - lost);
    }

    [Fact]
    public void Copies_of_no_size_alone_are_no_scene()
    {
        var glb = GlbEdit.Of(
            Forest(hasLamps: false, 0f, 0f), json => json["nodes"]![2]!["scale"] = new JsonArray(0f, 0f, 0f));

        Assert.Contains(
            "triangles has an area",
            Assert.Throws<SceneFormatException>(() => SceneReader.Read(glb, Shared)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>The card with a fifth corner, which lies on the first, and two triangles that have both.</summary>
    private static HandMadeGltf Hurt()
    {
        var gltf = Card.Make(Plain);
        var attributes = gltf.Attributes();
        attributes["POSITION"] = gltf.Add([0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f, 1f, 1f, 0f, 0f, 0f, 0f], "VEC3");
        attributes["NORMAL"] = gltf.Add([.. Enumerable.Repeat(new[] { 0f, 0f, 1f }, 5).SelectMany(n => n)], "VEC3");
        attributes.Remove("TEXCOORD_0");
        gltf.Primitive()["indices"] = gltf.AddBytes([0, 1, 2, 0, 4, 1, 2, 1, 3, 4, 2, 0], 5121, 12, "SCALAR");

        return gltf;
    }

    private static (int Lost, int All) Told(SceneFacts facts)
    {
        var words = Assert.Single(facts.IgnoredAttributes).Split(' ', '(', ')');
        Assert.Equal(["TRIANGLES", "without", "area", "", words[4], "of", words[6], ""], words);

        return (int.Parse(words[4], CultureInfo.InvariantCulture), int.Parse(words[6], CultureInfo.InvariantCulture));
    }

    /// <summary>Trees of these sizes, which are copies of one mesh, and the ground.</summary>
    private static byte[] Forest(bool hasLamps, params float[] sizes) => GlbEdit.Of(
        ForestScene.ToGlb(sizes.Length, 30, hasLamps: hasLamps), json =>
        {
            for (var tree = 0; tree < sizes.Length; tree++)
            {
                json["nodes"]![tree]!["scale"] = new JsonArray(sizes[tree], sizes[tree], sizes[tree]);
            }
        });

    private static void AssertRefused(HandMadeGltf gltf, int triangles) => Assert.StartsWith(
        $"glTF: none of the scene's {triangles} triangles has an area",
        Assert.Throws<SceneFormatException>(() => gltf.Read()).Message,
        StringComparison.Ordinal);
}
