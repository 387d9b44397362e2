using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Files that want to do harm: refused with a <see cref="SceneFormatException"/>, or drawn.</summary>
public sealed class HostileSceneTests
{
    private static readonly string[] Hostile =
    [
        "-1", "0", "1e38", "-1e308", "2147483647", "4294967296", "0.5", "null", "\"x\"", "{}",
    ];

    [Fact]
    public void Every_value_of_a_file_may_be_anything()
    {
        var glb = RichGlb();
        var places = new List<string>();
        GlbEdit.Of(glb, json => Collect(json, places));
        var (refused, drawn) = (0, 0);

        foreach (var place in places)
        {
            foreach (var value in Hostile)
            {
                var hurt = GlbEdit.Of(glb, json => Replace(json, place, value));
                var why = Try(hurt, $"{place} = {value}");
                refused += why is null ? 0 : 1;
                drawn += why is null ? 1 : 0;
                Assert.True(why is null || why.Length is > 5 and < 1000, $"{place} = {value}: {why}");
            }
        }

        // A change here means that values are no longer looked at, or that everything is refused.
        Assert.InRange(places.Count, 150, 1000);
        Assert.InRange(drawn / (double)(refused + drawn), 0.1, 0.9);
    }

    [Fact]
    public void Every_property_may_be_missing()
    {
        var glb = RichGlb();
        var places = new List<string>();
        GlbEdit.Of(glb, json => CollectProperties(json, places));

        Assert.All(places, place => Try(GlbEdit.Of(glb, json => Remove(json, place)), $"without {place}"));
        Assert.InRange(places.Count, 100, 1000);
    }

    [Fact]
    public void Bytes_of_a_rich_file_may_be_anything()
    {
        var glb = RichGlb();
        var random = new Random(20261126);

        for (var round = 0; round < 400; round++)
        {
            var hurt = glb.ToArray();

            for (var hit = 0; hit < 1 + (round % 7); hit++)
            {
                hurt[random.Next(0, glb.Length)] = (byte)random.Next(256);
            }

            Try(round % 4 == 3 ? hurt[..random.Next(0, hurt.Length)] : hurt, $"round {round}");
        }
    }

    [Fact]
    public void A_broken_picture_is_refused_by_its_name()
    {
        var glb = RichGlb();
        var png = glb.AsSpan().IndexOf("IHDR"u8);
        glb[png + 1] = (byte)'X';

        Assert.Contains("image 0", Try(glb, "IHDR"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    public void A_lamp_that_is_not_there_is_named(string index) => Assert.Contains(
        $"node 0 has light {index} of 1",
        Try(
            GlbEdit.Of(RichGlb(), json => Replace(json, "$.nodes[0].extensions.KHR_lights_punctual.light", index)),
            index),
        StringComparison.Ordinal);

    [Fact]
    public void Too_many_lamps_are_refused_by_the_name_of_the_limit() => Assert.Contains(
        nameof(SceneLimits.LightsMax),
        Assert.Throws<SceneFormatException>(() => SceneReader.Read(
            RichGlb(), new SceneOptions { Limits = new SceneLimits { LightsMax = 0 } })).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(3e38f)]
    [InlineData(1e-40f)]
    public void Corners_that_are_no_place_are_left_out_and_the_rest_is_drawn(float bad)
    {
        var builder = new SceneBuilder();
        var lamp = builder.AddMaterial(new SceneMaterial { Emission = new Vec3(3f), DoubleSided = true });
        TestScenes.AddQuad(builder, lamp, new Vec3(0f, -1f, 0f), 1f, up: true);
        var good = builder.AddVertex(Vertex(new Vec3(0f), new Vec3(0f, 1f, 0f)));
        var other = builder.AddVertex(Vertex(new Vec3(1f, 0f, 0f), new Vec3(bad)));
        var third = builder.AddVertex(Vertex(new Vec3(bad, 0f, bad), new Vec3(0f)));
        builder.AddTriangle(good, other, third, lamp);
        builder.AddTriangle(good, good, other, lamp);

        AssertDrawn(TestScenes.Finish(builder, new SceneOptions()));
    }

    [Fact]
    public void Lamps_without_area_or_power_shine_on_nothing()
    {
        var builder = new SceneBuilder();
        var lamp = builder.AddMaterial(new SceneMaterial { Emission = new Vec3(1e9f) });
        TestScenes.AddQuad(builder, builder.AddMaterial(new SceneMaterial()), new Vec3(0f), 1f, up: true);
        TestScenes.AddQuad(builder, lamp, new Vec3(0f, 1f, 0f), 0f, up: false);
        TestScenes.AddQuad(builder, lamp, new Vec3(0f, 2f, 0f), 1e-22f, up: false);
        builder.AddLight(new LightSource { Kind = LightRows.KindPoint, Power = new Vec3(0f) });
        builder.AddLight(
            new LightSource { Kind = LightRows.KindSpot, Power = new Vec3(1f), CosInner = 1f, CosOuter = 1f });
        builder.AddLight(new LightSource { Kind = LightRows.KindDirectional, Power = new Vec3(1f) });

        AssertDrawn(TestScenes.Finish(builder, new SceneOptions()));
    }

    [Fact]
    public void Tangents_and_coordinates_that_are_no_numbers_spoil_no_pixel()
    {
        var builder = new SceneBuilder();
        var layered = builder.AddMaterial(new SceneMaterial
        {
            Layers = new SceneLayers { Coat = 1f, Anisotropy = 1f, Transmission = 0.5f, Iridescence = 1f },
        });
        int[] corners =
        [
            .. new[] { new Vec3(0f), new Vec3(1f, 0f, 0f), new Vec3(0f, 0f, -1f) }.Select(place => builder.AddVertex(
                new SceneVertex(
                    place,
                    new Vec3(0f),
                    new Float4(1f, 1f, 1f, 1f),
                    new Float4(float.NaN, 0f, 0f, float.NaN),
                    new Float4(float.NaN, float.NegativeInfinity, 1e38f, 0f)))),
        ];
        builder.AddTriangle(corners[0], corners[1], corners[2], layered);

        AssertDrawn(TestScenes.Finish(builder, new SceneOptions { Environment = TestScenes.SunnySky() }));
    }

    private static SceneVertex Vertex(Vec3 place, Vec3 normal) =>
        new(place, normal, new Float4(1f, 1f, 1f, 1f), default, default);

    /// <summary>Why it was refused; null if it was read, and then it was drawn as well.</summary>
    private static string? Try(byte[] glb, string what)
    {
        Scene? scene = null;

        try
        {
            scene = SceneReader.Read(
                glb, new SceneOptions { Animation = "0", AnimationSeconds = 0.4f, ChecksEveryClip = true });
        }
        catch (SceneFormatException refusal)
        {
            return refusal.Message;
        }
        catch (Exception fault)
        {
            Assert.Fail($"{what}: {fault}");
        }

        AssertDrawn(scene!, what);

        return null;
    }

    private static void AssertDrawn(Scene scene, string what = "")
    {
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 4, 4);
        var sums = tracer.Trace(
            view, new Tile(0, 0, 4, 4), new SampleRange(0, 4), TestContext.Current.CancellationToken);

        foreach (var value in sums.Values)
        {
            Assert.True(float.IsFinite(value) && value >= 0f, $"{what}: a sum of {value}");
        }
    }

    /// <summary>The small scene with every extension, a clip, punctual lamps, a mask and a second camera.</summary>
    private static byte[] RichGlb() => GlbEdit.Of(TestScenes.SmallGlb(6, 4), json =>
    {
        json["materials"]![0]!["alphaMode"] = "MASK";
        json["materials"]![0]!["alphaCutoff"] = 0.3;
        json["materials"]![0]!["pbrMetallicRoughness"]!["baseColorTexture"]!["extensions"] = JsonNode.Parse(
            """{ "KHR_texture_transform": { "offset": [ 0.1, 0.2 ], "rotation": 0.3, "scale": [ 2, 3 ] } }""");
        json["materials"]![0]!["normalTexture"] = JsonNode.Parse("""{ "index": 0, "scale": 0.5 }""");
        json["materials"]![0]!["extensions"] = JsonNode.Parse("""
            {
              "KHR_materials_clearcoat": {
                "clearcoatFactor": 0.6, "clearcoatRoughnessFactor": 0.2, "clearcoatTexture": { "index": 0 },
                "clearcoatNormalTexture": { "index": 0, "scale": 2 } },
              "KHR_materials_sheen": { "sheenColorFactor": [ 0.1, 0.2, 0.3 ], "sheenRoughnessFactor": 0.4 },
              "KHR_materials_anisotropy": { "anisotropyStrength": 0.5, "anisotropyRotation": 1.5 },
              "KHR_materials_transmission": { "transmissionFactor": 0.8 },
              "KHR_materials_ior": { "ior": 1.7 },
              "KHR_materials_volume": {
                "thicknessFactor": 0.1, "attenuationDistance": 2, "attenuationColor": [ 0.5, 0.25, 1 ] },
              "KHR_materials_iridescence": {
                "iridescenceFactor": 0.9, "iridescenceIor": 1.4, "iridescenceThicknessMinimum": 150,
                "iridescenceThicknessMaximum": 450 },
              "KHR_materials_specular": { "specularFactor": 0.3, "specularColorFactor": [ 2, 1, 0.5 ] }
            }
            """);
        json["samplers"] = JsonNode.Parse("""[ { "magFilter": 9728, "wrapS": 33071, "wrapT": 33648 } ]""");
        json["textures"]![0]!["sampler"] = 0;
        json["extensions"] = JsonNode.Parse("""
            { "KHR_lights_punctual": { "lights": [
              { "type": "spot", "color": [ 1, 0.5, 0.2 ], "intensity": 30, "range": 20,
                "spot": { "innerConeAngle": 0.2, "outerConeAngle": 0.6 } } ] } }
            """);
        json["nodes"]![0]!["extensions"] = JsonNode.Parse("""{ "KHR_lights_punctual": { "light": 0 } }""");
        json["animations"] = JsonNode.Parse("""
            [ { "name": "0", "samplers": [ { "input": 3, "output": 0, "interpolation": "LINEAR" } ],
                "channels": [ { "sampler": 0, "target": { "node": 1, "path": "translation" } } ] } ]
            """);
        AddClip(json);
        json["extensionsUsed"] = new JsonArray(
            "KHR_materials_emissive_strength", "KHR_texture_transform", "KHR_materials_clearcoat",
            "KHR_materials_sheen", "KHR_materials_anisotropy", "KHR_materials_transmission", "KHR_materials_ior", "KHR_materials_volume",
            "KHR_materials_iridescence", "KHR_materials_specular", "KHR_lights_punctual");
    });

    /// <summary>Two keys in a buffer of its own, as a data URI.</summary>
    private static void AddClip(JsonNode json)
    {
        byte[] keys = [.. new[] { 0f, 1f, 0f, 0f, 0f, 0.2f, 0.1f, 0f }.SelectMany(BitConverter.GetBytes)];
        json["buffers"]!.AsArray().Add(new JsonObject
        {
            ["byteLength"] = keys.Length,
            ["uri"] = "data:application/octet-stream;base64," + Convert.ToBase64String(keys),
        });
        var views = json["bufferViews"]!.AsArray();
        views.Add(new JsonObject { ["buffer"] = 1, ["byteOffset"] = 0, ["byteLength"] = 8 });
        views.Add(new JsonObject { ["buffer"] = 1, ["byteOffset"] = 8, ["byteLength"] = 24 });
        var accessors = json["accessors"]!.AsArray();
        accessors.Add(JsonNode.Parse(
            $$"""
            { "bufferView": {{views.Count - 2}}, "componentType": 5126, "count": 2, "type": "SCALAR",
              "min": [ 0 ], "max": [ 1 ] }
            """));
        accessors.Add(JsonNode.Parse(
            $$"""{ "bufferView": {{views.Count - 1}}, "componentType": 5126, "count": 2, "type": "VEC3" }"""));
        var sampler = json["animations"]![0]!["samplers"]![0]!;
        sampler["input"] = accessors.Count - 2;
        sampler["output"] = accessors.Count - 1;
    }

    private static void Collect(JsonNode node, List<string> places)
    {
        switch (node)
        {
            case JsonObject entries:
                entries.ToList().ForEach(entry => Collect(entry.Value!, places));
                break;

            case JsonArray items:
                items.ToList().ForEach(item => Collect(item!, places));
                break;

            default:
                places.Add(node.GetPath());
                break;
        }
    }

    private static void CollectProperties(JsonNode node, List<string> places)
    {
        foreach (var child in node is JsonObject entries ? entries.Select(entry => entry.Value!)
            : node is JsonArray items ? items.Select(item => item!) : [])
        {
            places.Add(child.GetPath());
            CollectProperties(child, places);
        }
    }

    private static void Replace(JsonNode root, string place, string value) =>
        Find(root, place)!.ReplaceWith(JsonNode.Parse(value));

    private static void Remove(JsonNode root, string place)
    {
        var found = Find(root, place)!;

        if (found.Parent is JsonObject entries)
        {
            entries.Remove(found.GetPropertyName());
        }
        else
        {
            found.Parent!.AsArray().Remove(found);
        }
    }

    private static JsonNode? Find(JsonNode node, string place) =>
        string.Equals(node.GetPath(), place, StringComparison.Ordinal)
            ? node
            : (node is JsonObject entries ? entries.Select(entry => entry.Value)
                : node is JsonArray items ? items : Enumerable.Empty<JsonNode?>())
                .Where(child => child is not null && place.StartsWith(child.GetPath(), StringComparison.Ordinal))
                .Select(child => Find(child!, place)).FirstOrDefault(found => found is not null);
}
