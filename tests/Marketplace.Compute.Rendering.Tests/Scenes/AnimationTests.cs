using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class AnimationTests
{
    private static readonly float[] Corners = [0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f];

    [Theory]
    [InlineData("LINEAR", 0.5f, 1f)]
    [InlineData("LINEAR", 1f, 2f)]
    [InlineData("LINEAR", 9f, 2f)]
    [InlineData("STEP", 0.99f, 0f)]
    [InlineData("STEP", 1f, 2f)]
    public void A_node_moves_as_its_keys_say(string mode, float seconds, float x)
    {
        var scene = Read(One("translation", mode, [0f, 1f], [0f, 0f, 0f, 2f, 0f, 0f], "VEC3"), seconds);

        Assert.Equal(x, scene.Low.X, 1e-6f);
        Assert.Equal(x + 1f, scene.High.X, 1e-6f);
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(0.5f)]
    [InlineData(1.9f)]
    public void A_spline_goes_through_its_tangents(float seconds)
    {
        // From 0 to 2 within two seconds; speed 3 at first and -1 at last: the Hermite polynomial by hand.
        float[] keys = [0f, 0f, 0f, 0f, 0f, 0f, 3f, 0f, 0f, -1f, 0f, 0f, 2f, 0f, 0f, 0f, 0f, 0f];
        var t = seconds / 2f;
        var expected = (2f * ((t * t * t) - (2f * t * t) + t) * 3f)
            + (((3f * t * t) - (2f * t * t * t)) * 2f)
            + (2f * ((t * t * t) - (t * t)) * -1f);
        var scene = Read(One("translation", "CUBICSPLINE", [0f, 2f], keys, "VEC3"), seconds);

        Assert.Equal(expected, scene.Low.X, 1e-5f);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-1f)]
    public void A_turn_goes_the_short_way_at_even_speed(float sign)
    {
        // A quarter turn about z; the negated quaternion is the same turn. At a third of the time it is 30 degrees.
        var half = MathF.Sqrt(0.5f);
        float[] keys = [0f, 0f, 0f, 1f, 0f, 0f, half * sign, half * sign];
        var scene = Read(One("rotation", "LINEAR", [0f, 3f], keys, "VEC4"), 1f);

        Assert.Equal(MathF.Cos(MathF.PI / 6f), scene.High.X, 1e-5f);
        Assert.Equal(-MathF.Sin(MathF.PI / 6f), scene.Low.X, 1e-5f);
        Assert.Equal(MathF.Cos(MathF.PI / 6f), scene.High.Y, 1e-5f);
    }

    [Fact]
    public void A_parent_takes_its_children_along()
    {
        var gltf = One("scale", "LINEAR", [0f, 1f], [1f, 1f, 1f, 3f, 1f, 1f], "VEC3");
        gltf.Json["nodes"] = JsonNode.Parse(
            """[ { "children": [ 1 ] }, { "mesh": 0, "translation": [ 1, 0, 0 ] } ]""");
        var scene = Read(gltf, 0.5f);

        Assert.Equal(2f, scene.Low.X, 1e-6f);
        Assert.Equal(4f, scene.High.X, 1e-6f);
    }

    [Fact]
    public void Morph_weights_are_animated()
    {
        var gltf = One("weights", "LINEAR", [0f, 1f], [0f, 2f], "SCALAR");
        var delta = gltf.Add([0f, 0f, 0f, 0f, 0f, 0f, 0f, 1f, 0f], "VEC3");
        gltf.Json["meshes"]![0]!["primitives"]![0]!["targets"] = new JsonArray(new JsonObject { ["POSITION"] = delta });

        Assert.Equal(1f, Read(gltf, 0f).High.Y, 1e-6f);
        Assert.Equal(2f, Read(gltf, 0.5f).High.Y, 1e-6f);
        Assert.Equal(3f, Read(gltf, 1f).High.Y, 1e-6f);
    }

    [Fact]
    public void A_skin_follows_its_joints_and_not_its_own_node()
    {
        var gltf = One("translation", "LINEAR", [0f, 1f], [0f, 0f, 0f, 0f, 4f, 0f], "VEC3");
        var bind = gltf.Add([1f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 0f, 1f], "MAT4");
        gltf.Json["nodes"] = JsonNode.Parse("""[ {}, { "mesh": 0, "skin": 0 } ]""");
        gltf.Json["scenes"]![0]!["nodes"] = new JsonArray(0, 1);
        gltf.Json["skins"] = new JsonArray(new JsonObject
        {
            ["joints"] = new JsonArray(0),
            ["inverseBindMatrices"] = bind,
        });
        var attributes = gltf.Json["meshes"]![0]!["primitives"]![0]!["attributes"]!;
        attributes["WEIGHTS_0"] = gltf.Add([1f, 0f, 0f, 0f, 1f, 0f, 0f, 0f, 1f, 0f, 0f, 0f], "VEC4");
        attributes["JOINTS_0"] = gltf.AddBytes(new byte[12], 5121, 3, "VEC4");
        var scene = Read(gltf, 0.5f);

        Assert.Equal(2f, scene.Low.Y, 1e-6f);
        Assert.Equal(3f, scene.High.Y, 1e-6f);
    }

    [Fact]
    public void A_lamp_and_a_camera_move_too()
    {
        var gltf = One("translation", "LINEAR", [0f, 1f], [0f, 0f, 0f, 0f, 0f, 8f], "VEC3");
        gltf.Json["nodes"] = JsonNode.Parse("""
            [ { "children": [ 1, 2 ] }, { "camera": 0 }, { "mesh": 0 } ]
            """);
        gltf.Json["cameras"] = JsonNode.Parse(
            """[ { "type": "orthographic", "orthographic": { "xmag": 1, "ymag": 2, "znear": 0.1, "zfar": 9 } } ]""");
        var camera = Assert.Single(Read(gltf, 0.25f).Cameras);

        Assert.Equal(2f, camera.Position.Z, 1e-6f);
        Assert.Equal(2f, camera.OrthographicHalfHeight);
    }

    [Fact]
    public void Without_a_clip_the_pose_is_the_saved_one_and_an_unknown_clip_is_named()
    {
        var gltf = One("translation", "LINEAR", [0f, 1f], [5f, 0f, 0f, 6f, 0f, 0f], "VEC3");

        Assert.Equal(0f, SceneReader.Read("root.gltf", gltf.Manifest()).Low.X);
        Assert.Contains("the scene has move", Refusal(gltf, "run", 0f), StringComparison.Ordinal);
        Assert.Contains("-1 seconds", Refusal(gltf, "move", -1f), StringComparison.Ordinal);
        Assert.Contains("NaN seconds", Refusal(gltf, "move", float.NaN), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0f, 0f, "key 1 is at 0 seconds")]
    [InlineData(1f, 0.5f, "key 1 is at 0.5 seconds")]
    public void Keys_out_of_order_are_refused(float first, float second, string message) => Assert.Contains(
        message,
        Refusal(One("translation", "LINEAR", [first, second], [0f, 0f, 0f, 1f, 0f, 0f], "VEC3"), "move", 0f),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("sampler 1 with times in accessor 3 and values in 4: key 1 is at 0 seconds", "keys")]
    [InlineData("sampler 1 with times in accessor 3 and values in 4: key 1 has the value NaN", "values")]
    [InlineData("animation 'spoiled' sampler 1: 'output' is 99, the file has 5 of these", "output")]
    [InlineData("animation 'spoiled' sampler 1: 'input' is missing", "input")]
    [InlineData("animation 'spoiled' sampler 1: accessor 4 is of type VEC3, wanted is VEC4", "path")]
    [InlineData("accessor 4 has 2 values for the 2 keys of accessor 3, 3 a key are wanted", "mode")]
    [InlineData("animation 'spoiled': 'sampler' is 2, the file has 2 of these", "sampler")]
    public void A_clip_that_no_frame_could_use_is_found_when_every_clip_is_checked(string message, string broken)
    {
        var gltf = Spoiled(broken);
        var refusal = Assert.Throws<SceneFormatException>(() => SceneReader.Read(
            "root.gltf", gltf.Manifest(), new SceneOptions { ChecksEveryClip = true }));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("'spoiled'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clips_that_can_be_used_pass_the_check_of_all() => Assert.Equal(
        (string[])["move", "spoiled"],
        SceneReader.Read("root.gltf", Spoiled(null).Manifest(), new SceneOptions { ChecksEveryClip = true })
            .Facts.Animations.Select(clip => clip.Name), StringComparer.Ordinal);

    [Fact]
    public void Clips_beyond_a_limit_are_refused_by_its_name()
    {
        Assert.Contains(nameof(SceneLimits.AnimationsMax), Limited(new() { AnimationsMax = 1 }), StringComparison.Ordinal);
        Assert.Contains(nameof(SceneLimits.ChannelsMax), Limited(new() { ChannelsMax = 1 }), StringComparison.Ordinal);
        Assert.Contains(nameof(SceneLimits.KeyframesMax), Limited(new() { KeyframesMax = 3 }), StringComparison.Ordinal);
        SceneReader.Read("root.gltf", Spoiled(null).Manifest(), new SceneOptions
        {
            Limits = new() { AnimationsMax = 2, ChannelsMax = 2, KeyframesMax = 4 },
        });

        static string Limited(SceneLimits limits) => Assert.Throws<SceneFormatException>(() => SceneReader.Read(
            "root.gltf", Spoiled(null).Manifest(), new SceneOptions { Limits = limits })).Message;
    }

    [Theory]
    [InlineData("Fox.glb", "Survey", 1f)]
    [InlineData("Fox.glb", "Run", 0.3f)]
    [InlineData("MorphStressTest.glb", "TheWave", 0.7f)]
    [InlineData("MorphStressTest.glb", "Pulse", 1.1f)]
    public void Real_clips_move_and_stay_what_they_are(string name, string clip, float seconds)
    {
        var path = TestScenes.DataFile(name);
        var still = SceneReader.Read(path);
        var moved = SceneReader.Read(path, new SceneOptions { Animation = clip, AnimationSeconds = seconds });
        var size = (still.High - still.Low).Length();
        var again = SceneReader.Read(path, new SceneOptions { Animation = clip, AnimationSeconds = seconds });

        Assert.True((still.High - moved.High).Length() + (still.Low - moved.Low).Length() > size * 1e-3f);
        Assert.InRange((moved.High - moved.Low).Length() / size, 0.5f, 2f);
        Assert.Equal(moved.Tables.Triangles, again.Tables.Triangles);
        Assert.Contains(Pictures.Render(moved, 32, 18, 4), value => value > 0.01f);
    }

    private static Scene Read(HandMadeGltf gltf, float seconds) => SceneReader.Read(
        "root.gltf", gltf.Manifest(), new SceneOptions { Animation = "move", AnimationSeconds = seconds });

    private static string Refusal(HandMadeGltf gltf, string clip, float seconds) => Assert.Throws<SceneFormatException>(
        () => SceneReader.Read(
            "root.gltf", gltf.Manifest(), new SceneOptions { Animation = clip, AnimationSeconds = seconds })).Message;

    /// <summary>A triangle whose node 0 is moved by one channel.</summary>
    private static HandMadeGltf One(string path, string mode, float[] times, float[] values, string type)
    {
        var gltf = new HandMadeGltf();
        var positions = gltf.Add(Corners, "VEC3");
        var input = gltf.Add(times, "SCALAR");
        var output = gltf.Add(values, type);
        gltf.Json["nodes"] = JsonNode.Parse("""[ { "mesh": 0 } ]""");
        gltf.Json["scenes"] = JsonNode.Parse("""[ { "nodes": [ 0 ] } ]""");
        gltf.Json["meshes"] = JsonNode.Parse(
            $$"""[ { "primitives": [ { "attributes": { "POSITION": {{positions}} } } ] } ]""");
        gltf.Json["animations"] = JsonNode.Parse($$"""
            [ { "name": "move",
                "samplers": [ { "input": {{input}}, "output": {{output}}, "interpolation": "{{mode}}" } ],
                "channels": [ { "sampler": 0, "target": { "node": 0, "path": "{{path}}" } } ] } ]
            """);

        return gltf;
    }

    /// <summary>A good clip, and one of two samplers whose second has one thing wrong, or none.</summary>
    private static HandMadeGltf Spoiled(string? broken)
    {
        var gltf = One("translation", "LINEAR", [0f, 1f], [0f, 0f, 0f, 2f, 0f, 0f], "VEC3");
        var input = gltf.Add(broken == "keys" ? [0f, 0f] : [0f, 1f], "SCALAR");
        float[] values = [0f, 0f, 0f, broken == "values" ? float.NaN : 1f, 0f, 0f];
        var output = gltf.AddBytes([.. values.SelectMany(BitConverter.GetBytes)], 5126, 2, "VEC3");
        var clip = JsonNode.Parse($$"""
            { "name": "spoiled",
              "samplers": [ { "input": 1, "output": 2 }, { "input": {{input}}, "output": {{output}} } ],
              "channels": [ { "sampler": 1, "target": { "node": 0, "path": "scale" } } ] }
            """)!;
        var sampler = clip["samplers"]![1]!.AsObject();

        switch (broken)
        {
            case "output":
                sampler["output"] = 99;
                break;
            case "input":
                sampler.Remove("input");
                break;
            case "mode":
                sampler["interpolation"] = "CUBICSPLINE";
                break;
            case "path":
                clip["channels"]![0]!["target"]!["path"] = "rotation";
                break;
            case "sampler":
                clip["channels"]![0]!["sampler"] = 2;
                break;
        }

        gltf.Json["animations"]!.AsArray().Add(clip);

        return gltf;
    }
}
