using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Tracing;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>Values of textures as the first hits of a card show them.</summary>
public sealed class TexturingTests
{
    private const string Painted = """{ "pbrMetallicRoughness": { "baseColorTexture": { "index": 0 } } }""";
    private const int Nearest = 9728;

    private static readonly SKColor[] FourByFour =
        [.. Enumerable.Range(0, 16).Select(at => new SKColor((byte)(10 * (at + 1)), 0, 0))];

    [Theory]
    [InlineData(10497, "ABABAB")]
    [InlineData(33071, "AAABBB")]
    [InlineData(33648, "BAABBA")]
    public void Beyond_its_edges_a_texture_goes_on_as_its_sampler_says(int wrap, string expected)
    {
        foreach (var isAcross in new[] { true, false })
        {
            SKColor[] two = [new(255, 0, 0), new(0, 255, 0)];
            var gltf = Card.Make(Painted, Card.Png(isAcross ? 2 : 1, two), -1f, 2f);
            gltf.Json["samplers"]![0]!["magFilter"] = Nearest;
            gltf.Json["samplers"]![0]![isAcross ? "wrapS" : "wrapT"] = wrap;
            var seen = gltf.Read().Aovs(6);

            Assert.Equal(
                expected,
                string.Concat(Enumerable.Range(0, 6)
                    .Select(at => seen.Albedo(isAcross ? at : at * 6))
                    .Select(colour => colour.X == 1f ? 'A' : colour.Y == 1f ? 'B' : '?')));
        }
    }

    [Fact]
    public void Between_two_texels_light_is_mixed_and_not_the_code_for_it()
    {
        // From black to the code 188, which is 0.5029 of white: even steps of light from the middle of one texel to
        // that of the other, and nothing but them beyond.
        var gltf = Card.Make(Painted, Card.Png(2, new(0, 0, 0), new(188, 188, 188)));
        gltf.Json["samplers"]![0]!["wrapS"] = 33071;
        var light = Linear(188);
        var seen = gltf.Read().Aovs(8);

        foreach (var (pixel, share) in new[] { 0f, 0f, 0.125f, 0.375f, 0.625f, 0.875f, 1f, 1f }.Index()
            .Select(one => (one.Index, one.Item)))
        {
            Assert.Equal(share * light, seen.Albedo(pixel).X, 0.01f);
        }
    }

    [Fact]
    public void A_nearest_texture_has_edges()
    {
        var gltf = Card.Make(Painted, Card.Png(2, new(0, 0, 0), new(255, 255, 255)));
        gltf.Json["samplers"]![0]!["magFilter"] = Nearest;
        var seen = gltf.Read().Aovs(8);

        Assert.Equal([0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f], Enumerable.Range(0, 8).Select(at => seen.Albedo(at).X));
    }

    [Fact]
    public void Colours_are_decoded_from_sRGB()
    {
        var seen = Card.Make(Painted, Card.Png(1, new SKColor(10, 128, 255))).Read().Aovs(1).Albedo(0);

        Assert.Equal(10f / 255f / 12.92f, seen.X, 1e-6f);
        Assert.Equal(0.2158605f, seen.Y, 1e-6f);
        Assert.Equal(1f, seen.Z, 1e-6f);
    }

    [Fact]
    public void The_second_set_of_coordinates_is_used_where_it_is_asked_for()
    {
        var gltf = Card.Make(
            """{ "pbrMetallicRoughness": { "baseColorTexture": { "index": 0, "texCoord": 1 } } }""",
            Card.Png(2, new(255, 0, 0), new(0, 255, 0)));
        gltf.Json["samplers"]![0]!["magFilter"] = Nearest;
        gltf.Attributes()["TEXCOORD_1"] = gltf.Add([1f, 1f, 0f, 1f, 1f, 0f, 0f, 0f], "VEC2");
        var seen = gltf.Read().Aovs(2);

        Assert.Equal((0f, 1f), (seen.Albedo(0).X, seen.Albedo(1).X));
    }

    /// <summary>
    /// KHR_texture_transform's own example shows the lower left quarter turned clockwise by 90 degrees; the others
    /// follow from its matrices.
    /// </summary>
    [Theory]
    [InlineData("""{ "offset": [ 0.5, 0.25 ], "scale": [ 0.5, 0.5 ] }""", 6, 7, 10, 11)]
    [InlineData("""{ "offset": [ 0, 1 ], "rotation": 1.57079632679, "scale": [ 0.5, 0.5 ] }""", 12, 8, 13, 9)]
    [InlineData("""{ "offset": [ 0.25, 1 ], "rotation": 1.57079632679, "scale": [ 0.5, 0.25 ] }""", 13, 9, 13, 9)]
    public void A_texture_is_moved_turned_and_scaled(string transform, params int[] texels)
    {
        var gltf = Card.Make(
            $$$"""
            { "pbrMetallicRoughness": { "baseColorTexture": {
              "index": 0, "extensions": { "KHR_texture_transform": {{{transform}}} } } } }
            """,
            Card.Png(4, FourByFour));
        gltf.Json["samplers"]![0]!["magFilter"] = Nearest;
        var seen = gltf.Read().Aovs(2);

        // The last one's coordinate runs along half a texel, so that both rows show the same.
        Assert.Equal(
            texels,
            Enumerable.Range(0, 4).Select(at => Enumerable.Range(0, 16).MinBy(
                texel => Math.Abs(Linear(FourByFour[texel].Red) - seen.Albedo(at).X))));
    }

    [Theory]
    [InlineData(230, 128, 0.8f, 0f, false)]
    [InlineData(128, 230, 0f, 0.8f, false)]
    [InlineData(128, 25, 0f, -0.8f, false)]
    [InlineData(230, 128, 0.8f, 0f, true)]
    [InlineData(128, 230, 0f, 0.8f, true)]
    public void In_a_normal_map_red_is_right_and_green_is_up(byte red, byte green, float x, float y, bool hasTangents)
    {
        var gltf = Card.Make(
            """{ "normalTexture": { "index": 0 } }""", Card.Png(1, new SKColor(red, green, 204)));

        if (hasTangents)
        {
            gltf.Attributes()["TANGENT"] = gltf.Add([.. Enumerable.Repeat(new[] { 1f, 0f, 0f, 1f }, 4)
                .SelectMany(one => one)], "VEC4");
        }

        var seen = gltf.Read().Aovs(1).Normal(0);

        Assert.Equal(x, seen.X, 0.01f);
        Assert.Equal(y, seen.Y, 0.01f);
        Assert.Equal(0.6f, seen.Z, 0.01f);
    }

    [Fact]
    public void On_a_mirrored_texture_red_is_left_and_green_still_up()
    {
        foreach (var (red, green, x, y) in new[] { ((byte)230, (byte)128, -0.8f, 0f), ((byte)128, (byte)230, 0f, 0.8f) })
        {
            var gltf = Card.Make("""{ "normalTexture": { "index": 0 } }""", Card.Png(1, new SKColor(red, green, 204)));
            gltf.Attributes()["TEXCOORD_0"] = gltf.Add([1f, 1f, 0f, 1f, 1f, 0f, 0f, 0f], "VEC2");
            var seen = gltf.Read().Aovs(1).Normal(0);

            Assert.Equal(x, seen.X, 0.01f);
            Assert.Equal(y, seen.Y, 0.01f);
        }
    }

    [Fact]
    public void Tangents_are_made_from_the_coordinates_that_the_normal_map_uses()
    {
        // Set 1 is turned by a quarter: its u grows upwards, so that red is up.
        var gltf = Card.Make(
            """{ "normalTexture": { "index": 0, "texCoord": 1 } }""", Card.Png(1, new SKColor(230, 128, 204)));
        gltf.Attributes()["TEXCOORD_1"] = gltf.Add([0f, 0f, 0f, 1f, 1f, 0f, 1f, 1f], "VEC2");
        var seen = gltf.Read().Aovs(1).Normal(0);

        Assert.Equal(0f, seen.X, 0.01f);
        Assert.Equal(0.8f, seen.Y, 0.01f);
    }

    [Theory]
    [InlineData(127, 0f)]
    [InlineData(128, 1f)]
    public void A_mask_stands_from_its_cutoff_on(byte alpha, float coverage) => Assert.Equal(
        coverage,
        Card.Make(
            """
            { "alphaMode": "MASK", "alphaCutoff": 0.5,
              "pbrMetallicRoughness": { "baseColorTexture": { "index": 0 } } }
            """,
            Card.Png(1, new SKColor(255, 255, 255, alpha))).Read().Aovs(4).Coverage(5));

    [Fact]
    public void Black_of_which_three_tenths_are_there_leaves_seven_tenths_of_the_white_behind_it()
    {
        var gltf = Card.Make("""
            { "alphaMode": "BLEND", "pbrMetallicRoughness": { "baseColorFactor": [ 0, 0, 0, 0.3 ] },
              "extensions": { "KHR_materials_unlit": {} } }
            """);
        gltf.Json["materials"]!.AsArray().Add(JsonNode.Parse("""{ "extensions": { "KHR_materials_unlit": {} } }"""));
        var behind = gltf.Json["meshes"]![0]!.DeepClone();
        behind["primitives"]![0]!["material"] = 1;
        gltf.Json["meshes"]!.AsArray().Add(behind);
        gltf.Json["nodes"] = JsonNode.Parse("""[ { "mesh": 0 }, { "mesh": 1, "translation": [ 0, 0, -1 ] } ]""");
        gltf.Json["scenes"]![0]!["nodes"] = new JsonArray(0, 1);
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(gltf.Read(), device);

        Assert.Equal(0.7f, Pictures.Mean(Pictures.Render(tracer, Card.View(16), 256, 16, 16)).Y, 0.01f);
    }

    private static float Linear(byte code)
    {
        var x = code / 255f;

        return x <= 0.04045f ? x / 12.92f : MathF.Pow((x + 0.055f) / 1.055f, 2.4f);
    }
}
