using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class SceneReaderTests
{
    private const string Triangle = """
        { "asset": { "version": "2.0" }, "scenes": [ { "nodes": [ 0 ] } ], "nodes": [ { "mesh": 0 } ],
          "meshes": [ { "primitives": [ { "attributes": { "POSITION": 0 } } ] } ],
          "accessors": [ { "bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3",
                           "min": [ 0, 0, 0 ], "max": [ 1, 1, 0 ] } ],
          "bufferViews": [ { "buffer": 0, "byteLength": 36 } ],
          "buffers": [ { "byteLength": 36, "uri": "points.bin" } ] }
        """;

    private static readonly byte[] Points =
        [.. new[] { 0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f }.SelectMany(BitConverter.GetBytes)];

    [Fact]
    public void A_gltf_may_name_files_of_its_manifest()
    {
        var scene = Read(Triangle);

        Assert.Equal(1, scene.Facts.Triangles);
        Assert.Equal("orbit", Assert.Single(scene.Cameras).Name);
        Assert.Equal(new Vec3(1f, 1f, 0f), scene.High);
    }

    [Theory]
    [InlineData("../points.bin")]
    [InlineData("/etc/passwd")]
    [InlineData("%2e%2e/points.bin")]
    [InlineData("http://example.org/points.bin")]
    [InlineData("a//points.bin")]
    public void A_path_out_of_the_manifest_is_refused(string uri) => Assert.Contains(
        "is not a relative path inside the scene", Refusal(Triangle.Replace("points.bin", uri, StringComparison.Ordinal)));

    [Fact]
    public void A_missing_file_is_named() => Assert.Contains(
        "'other.bin' is missing", Refusal(Triangle.Replace("points.bin", "other.bin", StringComparison.Ordinal)));

    [Fact]
    public void An_extension_that_is_required_and_unknown_is_named()
    {
        var json = JsonNode.Parse(Triangle)!;
        json["extensionsRequired"] = new JsonArray("KHR_draco_mesh_compression");
        json["extensionsUsed"] = new JsonArray("KHR_draco_mesh_compression");

        Assert.Contains("KHR_draco_mesh_compression", Refusal(json.ToJsonString()));
    }

    [Fact]
    public void An_extension_that_is_only_used_is_reported()
    {
        var json = JsonNode.Parse(Triangle)!;
        json["extensionsUsed"] = new JsonArray("KHR_materials_dispersion", "KHR_lights_punctual");

        Assert.Equal(["KHR_materials_dispersion"], Read(json.ToJsonString()).Facts.UnsupportedExtensions);
    }

    [Fact]
    public void A_ring_of_nodes_is_refused()
    {
        var json = JsonNode.Parse(Triangle)!;
        json["nodes"] = JsonNode.Parse("""[ { "children": [ 1 ] }, { "children": [ 0 ] } ]""");

        Assert.Contains("its own ancestor", Refusal(json.ToJsonString()));
    }

    [Fact]
    public void A_node_with_two_parents_is_refused()
    {
        var json = JsonNode.Parse(Triangle)!;
        json["nodes"] = JsonNode.Parse("""[ { "children": [ 2 ] }, { "children": [ 2 ] }, { "mesh": 0 } ]""");

        Assert.Contains("node 2 has two parents, 0 and 1", Refusal(json.ToJsonString()));
    }

    [Fact]
    public void A_deep_chain_of_nodes_is_refused_before_anything_recurses()
    {
        var json = JsonNode.Parse(Triangle)!;
        json["nodes"] = new JsonArray([.. Enumerable.Range(1, 50_000).Select(
            child => new JsonObject { ["children"] = new JsonArray(child) }), new JsonObject()]);

        Assert.Contains(nameof(SceneLimits.NodeDepthMax), Refusal(json.ToJsonString()));
    }

    [Theory]
    [InlineData(0, "NodesMax")]
    [InlineData(1, "TrianglesMax")]
    [InlineData(2, "TexturePixelsMax")]
    [InlineData(3, "BytesMax")]
    [InlineData(4, "MaterialsMax")]
    public void Every_limit_is_named_when_it_is_passed(int which, string name)
    {
        var limits = which switch
        {
            0 => new SceneLimits { NodesMax = 1 },
            1 => new SceneLimits { TrianglesMax = 100 },
            2 => new SceneLimits { TexturePixelsMax = 255 },
            3 => new SceneLimits { BytesMax = 1000 },
            _ => new SceneLimits { MaterialsMax = 1 },
        };
        var refusal = Assert.Throws<SceneFormatException>(
            () => SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Limits = limits }));

        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_JSON_is_refused_with_its_place() => Assert.Contains("line 2, byte", Refusal("{\n  \"asset\": !"));

    [Fact]
    public void A_file_cut_short_says_where()
    {
        var glb = TestScenes.SmallGlb();

        Assert.Contains("byte 8", Assert.Throws<SceneFormatException>(() => SceneReader.Read(glb.AsMemory()[..^10])).Message);
        Assert.Contains("byte 10", Assert.Throws<SceneFormatException>(() => SceneReader.Read(glb.AsMemory()[..10])).Message);
    }

    [Fact]
    public void Corrupt_files_are_refused_or_read_but_never_crash()
    {
        var glb = TestScenes.SmallGlb();
        var random = new Random(20260714);
        var refused = 0;

        for (var round = 0; round < 300; round++)
        {
            var hurt = glb.ToArray();

            for (var hit = 0; hit < 1 + (round % 5); hit++)
            {
                // Half of the hits go into the JSON, whose numbers say where everything is.
                var end = round % 2 == 0 ? glb.Length : 20 + BitConverter.ToInt32(glb, 12);
                hurt[random.Next(12, end)] = (byte)random.Next(round % 3 == 0 ? 256 : 128);
            }

            refused += IsRefused(hurt) ? 1 : 0;
        }

        Assert.InRange(refused, 20, 390);
    }

    [Fact]
    public void Points_that_are_no_numbers_are_refused_by_the_accessor_they_are_in()
    {
        var points = Points.ToArray();
        BitConverter.GetBytes(float.NaN).CopyTo(points, 4);

        var refusal = Assert.Throws<SceneFormatException>(
            () => SceneReader.Read("root.gltf", Manifest(Triangle, points)));
        Assert.Contains("Accessor[0]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lamp_of_CornellBox_has_strength_100()
    {
        var tables = SceneReader.Read(TestScenes.DataFile("CornellBox.glb")).Tables;

        Assert.Equal(36, tables.TriangleLinks.Length);
        Assert.Contains(
            Enumerable.Range(0, tables.Materials.Length / MaterialRows.Count),
            i => tables.Materials[(i * MaterialRows.Count) + MaterialRows.Emission].X == 100f);
    }

    [Theory]
    [InlineData("CornellBox.glb", 0f, 0f)]
    [InlineData("FlightHelmet/FlightHelmet.gltf", 30f, 15f)]
    public void A_room_lit_from_within_is_seen_from_its_open_side(string name, float azimuth, float elevation)
    {
        var scene = SceneReader.Read(TestScenes.DataFile(name));

        Assert.Equal(Camera.Orbit(scene.Low, scene.High, azimuth, elevation), Assert.Single(scene.Cameras));
        Assert.Empty(scene.Facts.Cameras);
    }

    [Fact]
    public void Cameras_and_lights_come_from_their_nodes()
    {
        var scene = SceneReader.Read(TestScenes.DataFile("GeometryCameraLight.glb"));

        Assert.Equal(2, scene.Cameras.Count);
        Assert.Contains(scene.Cameras, camera => camera.OrthographicHalfHeight > 0f);
        Assert.Equal(2, scene.Facts.Lights);
        Assert.Same(scene.Cameras[1], scene.FindCamera("1"));
        Assert.Null(scene.FindCamera("none"));
    }

    [Theory]
    [InlineData("CornellBox.glb", 36)]
    [InlineData("FlightHelmet/FlightHelmet.gltf", 94_722)]
    [InlineData("Fox.glb", 576)]
    [InlineData("MorphStressTest.glb", 2_412)]
    [InlineData("ClearCoatTest.glb", 37_116)]
    [InlineData("AttenuationTest.glb", 292)]
    [InlineData("TransmissionRoughnessTest.glb", 77_792)]
    [InlineData("PunctualLights.glb", 12)]
    [InlineData("GeometryCameraLight.glb", 14)]
    public void Every_real_scene_loads_and_renders(string name, int triangles)
    {
        var scene = SceneReader.Read(TestScenes.DataFile(name));
        var picture = Pictures.Render(scene, 48, 27, 4);

        Assert.Equal(triangles, scene.Facts.Triangles);
        Assert.All(picture, value => Assert.True(float.IsFinite(value) && value >= 0f));
        Assert.Contains(picture, value => value > 0.01f);
    }

    private static Scene Read(string json) => SceneReader.Read("root.gltf", Manifest(json, Points));

    private static Dictionary<string, ReadOnlyMemory<byte>> Manifest(string json, byte[] points) => new(StringComparer.Ordinal)
    {
        ["root.gltf"] = Encoding.UTF8.GetBytes(json),
        ["points.bin"] = points,
    };

    private static string Refusal(string json) => Assert.Throws<SceneFormatException>(() => Read(json)).Message;

    private static bool IsRefused(byte[] glb)
    {
        try
        {
            // Wrong but readable scenes must render too.
            Pictures.Render(SceneReader.Read(glb), 4, 4, 1);

            return false;
        }
        catch (SceneFormatException)
        {
            return true;
        }
    }
}
