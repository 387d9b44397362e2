using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Skins and morph targets by value.</summary>
public sealed class DeformationTests
{
    private const string Plain = """{ "pbrMetallicRoughness": {} }""";

    [Fact]
    public void A_vertex_of_two_joints_stands_between_them_by_their_weights()
    {
        var gltf = Skinned();
        var scene = gltf.Read();

        // Joint 1 stands 4 higher than joint 0: three quarters of that.
        Assert.Equal(3f, scene.Low.Y, 1e-5f);
        Assert.Equal(4f, scene.High.Y, 1e-5f);
    }

    [Fact]
    public void What_is_not_read_of_the_vertices_is_told()
    {
        var gltf = Skinned();
        var attributes = gltf.Attributes();
        attributes["JOINTS_1"] = gltf.AddBytes(new byte[16], 5121, 4, "VEC4");
        attributes["WEIGHTS_1"] = gltf.Add(new float[16], "VEC4");
        gltf.Primitive()["targets"] = new JsonArray(new JsonObject { ["COLOR_0"] = gltf.Add(new float[16], "VEC4") });

        Assert.Equal(
            ["COLOR_0 (morph target)", "JOINTS_1", "WEIGHTS_1"], gltf.Read().Facts.IgnoredAttributes);
        Assert.Empty(Card.Make(Plain).Read().Facts.IgnoredAttributes);
    }

    [Fact]
    public void What_is_told_of_the_vertices_are_the_formats_own_names_and_not_without_end()
    {
        var gltf = Card.Make(Plain);
        var attributes = gltf.Attributes();
        var place = gltf.Add(new float[8], "VEC2");
        string[] strange = ["MINE", "TEXCOORD_", "TEXCOORD_2x", $"TEXCOORD_{new string('9', 200)}", "XTEXCOORD_2"];

        foreach (var name in strange.Concat(Enumerable.Range(2, 100).Select(n => $"TEXCOORD_{n}")))
        {
            attributes[name] = place;
        }

        var told = gltf.Read().Facts.IgnoredAttributes;

        Assert.Equal(64, told.Count);
        Assert.Empty(told.Intersect(strange, StringComparer.Ordinal));
    }

    [Fact]
    public void Points_and_lines_are_told_each_kind_once()
    {
        var gltf = Card.Make(Plain);
        var primitives = gltf.Json["meshes"]![0]!["primitives"]!.AsArray();
        var position = (int)gltf.Attributes()["POSITION"]!;

        foreach (var mode in new[] { 0, 1, 3, 1 })
        {
            primitives.Add(new JsonObject
            {
                ["attributes"] = new JsonObject { ["POSITION"] = position },
                ["mode"] = mode,
            });
        }

        var facts = gltf.Read().Facts;

        Assert.Equal(
            ["LINES (primitives)", "LINE_STRIP (primitives)", "POINTS (primitives)"], facts.IgnoredAttributes);
        Assert.Equal(2, facts.Triangles);
    }

    [Fact]
    public void A_morph_target_turns_normals_and_tangents()
    {
        // Half of the way from +Z to +X, then the tangent from +X to +Y: what was right in the normal map is up.
        var gltf = Morphed(Plain, ("NORMAL", [1f, 0f, -1f]), 0.5f);
        var normal = gltf.Read().Aovs(1).Normal(0);
        Assert.Equal(MathF.Sqrt(0.5f), normal.X, 1e-3f);
        Assert.Equal(MathF.Sqrt(0.5f), normal.Z, 1e-3f);

        gltf = Morphed("""{ "normalTexture": { "index": 0 } }""", ("TANGENT", [-1f, 1f, 0f]), 1f);
        gltf.Attributes()["TANGENT"] = gltf.Add(
            [.. Enumerable.Repeat(new[] { 1f, 0f, 0f, 1f }, 4).SelectMany(one => one)], "VEC4");
        normal = gltf.Read().Aovs(1).Normal(0);
        Assert.Equal(0f, normal.X, 0.01f);
        Assert.Equal(0.8f, normal.Y, 0.01f);
    }

    [Theory]
    [InlineData("POSITION")]
    [InlineData("NORMAL")]
    public void Deltas_of_another_count_are_refused_by_name(string attribute)
    {
        var gltf = Card.Make(Plain);
        gltf.Primitive()["targets"] = new JsonArray(new JsonObject { [attribute] = gltf.Add(new float[9], "VEC3") });
        gltf.Json["meshes"]![0]!["weights"] = new JsonArray(1);

        Assert.Contains(
            $"target 0: 3 {attribute} for 4 positions",
            Assert.Throws<SceneFormatException>(() => gltf.Read()).Message,
            StringComparison.Ordinal);
    }

    private static HandMadeGltf Skinned()
    {
        var gltf = Card.Make(Plain);
        float[] one = [1f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 0f, 1f];
        var bind = gltf.Add([.. one, .. one], "MAT4");
        gltf.Json["nodes"] = JsonNode.Parse(
            """[ { "children": [ 1 ] }, { "translation": [ 0, 4, 0 ] }, { "mesh": 0, "skin": 0, "translation": [ 9, 9, 9 ] } ]""");
        gltf.Json["scenes"]![0]!["nodes"] = new JsonArray(0, 2);
        gltf.Json["skins"] = new JsonArray(new JsonObject
        {
            ["joints"] = new JsonArray(0, 1),
            ["inverseBindMatrices"] = bind,
        });
        gltf.Attributes()["JOINTS_0"] = gltf.AddBytes(
            [.. Enumerable.Repeat(new byte[] { 0, 1, 0, 0 }, 4).SelectMany(joints => joints)], 5121, 4, "VEC4");
        gltf.Attributes()["WEIGHTS_0"] = gltf.Add(
            [.. Enumerable.Repeat(new[] { 0.25f, 0.75f, 0f, 0f }, 4).SelectMany(weights => weights)], "VEC4");

        return gltf;
    }

    /// <summary>A card whose vertices all have one delta; red is right in its normal map, if it has one.</summary>
    private static HandMadeGltf Morphed(string material, (string Attribute, float[] Delta) target, float weight)
    {
        var gltf = Card.Make(material, Card.Png(1, new SKColor(230, 128, 204)));
        gltf.Primitive()["targets"] = new JsonArray(new JsonObject
        {
            [target.Attribute] = gltf.Add(
                [.. Enumerable.Repeat(target.Delta, 4).SelectMany(one => one)], "VEC3"),
        });
        gltf.Json["meshes"]![0]!["weights"] = new JsonArray(weight);

        return gltf;
    }
}
