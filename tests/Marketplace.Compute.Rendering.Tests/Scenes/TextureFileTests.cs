using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Scenes;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

/// <summary>Which pictures of a file are read, and what is told of those that are not.</summary>
public sealed class TextureFileTests
{
    private const string Painted = """{ "pbrMetallicRoughness": { "baseColorTexture": { "index": 0 } } }""";

    private static readonly SKColor[] Green = [.. Enumerable.Repeat(new SKColor(0, 255, 0), 64)];

    [Fact]
    public void A_third_set_of_coordinates_is_refused_by_name()
    {
        var gltf = Card.Make(
            """{ "pbrMetallicRoughness": { "baseColorTexture": { "index": 0, "texCoord": 2 } } }""",
            Card.Png(8, Green));
        gltf.Attributes()["TEXCOORD_2"] = gltf.Add(new float[8], "VEC2");

        Refused(gltf, "material 0: BaseColor is placed by TEXCOORD_2");
    }

    [Fact]
    public void Where_a_picture_is_offered_in_a_kind_that_is_not_read_the_plain_one_is_taken()
    {
        var gltf = Card.Make(Painted, Card.Png(8, Green));
        gltf.Files["picture.ktx2"] =
            [0xAB, 0x4B, 0x54, 0x58, 0x20, 0x32, 0x30, 0xBB, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[68]];
        gltf.Json["images"]!.AsArray().Add(
            new JsonObject { ["uri"] = "picture.ktx2", ["mimeType"] = "image/ktx2" });
        gltf.Json["textures"] = JsonNode.Parse(
            """[ { "source": 0, "sampler": 0, "extensions": { "KHR_texture_basisu": { "source": 1 } } } ]""");
        gltf.Json["extensionsUsed"] = new JsonArray("KHR_texture_basisu");
        var scene = gltf.Read();

        Assert.Equal(1f, scene.Aovs(1).Albedo(0).Y);
        Assert.Equal(["KHR_texture_basisu"], scene.Facts.UnsupportedExtensions);
    }

    [Fact]
    public void A_texture_that_only_an_optional_extension_has_a_picture_for_is_left_out_and_told()
    {
        var gltf = WithoutSource("""{ "sampler": 0, "extensions": { "EXT_texture_avif": { "source": 0 } } }""");
        gltf.Json["extensionsUsed"] = new JsonArray("EXT_texture_avif");
        var scene = gltf.Read();

        Assert.Equal(1f, scene.Aovs(1).Albedo(0).X);
        Assert.Equal(["EXT_texture_avif"], scene.Facts.UnsupportedExtensions);

        gltf.Json["extensionsRequired"] = new JsonArray("EXT_texture_avif");
        Refused(gltf, "requires EXT_texture_avif");
    }

    [Fact]
    public void A_texture_without_any_picture_is_refused() =>
        Refused(WithoutSource("""{ "sampler": 0 }"""), "the BaseColor texture has no PNG, JPEG or WebP picture");

    [Theory]
    [InlineData("""{ "KHR_materials_transmission": { "transmissionFactor": BY, "transmissionTexture": AT } }""")]
    [InlineData("""{ "KHR_materials_specular": { "specularFactor": BY, "specularTexture": AT } }""")]
    [InlineData("""{ "KHR_materials_specular": { "specularColorFactor": [BY, BY, BY], "specularColorTexture": AT } }""")]
    public void A_texture_without_effect_is_not_read(string extensions)
    {
        HandMadeGltf Of(string factor) => Card.Make(
            $$"""{ "extensions": {{extensions.Replace("BY", factor, StringComparison.Ordinal)}} }"""
                .Replace("AT", """{ "index": 0, "texCoord": 2 }""", StringComparison.Ordinal),
            Card.Png(8, Green));

        Assert.Equal(0, Of("0").Read().Facts.Textures);
        Refused(Of("0.5"), "TEXCOORD_2");
    }

    [Fact]
    public void A_picture_in_WebP_may_be_required()
    {
        var gltf = Card.Make(Painted, Card.Encoded(8, SKEncodedImageFormat.Webp, Green));
        gltf.Files["picture.webp"] = gltf.Files[Card.Picture];
        gltf.Json["images"] = JsonNode.Parse("""[ { "uri": "picture.webp", "mimeType": "image/webp" } ]""");
        gltf.Json["textures"] = JsonNode.Parse(
            """[ { "sampler": 0, "extensions": { "EXT_texture_webp": { "source": 0 } } } ]""");
        gltf.Json["extensionsUsed"] = new JsonArray("EXT_texture_webp");
        gltf.Json["extensionsRequired"] = new JsonArray("EXT_texture_webp");
        var scene = gltf.Read();

        Assert.Equal(1f, scene.Aovs(1).Albedo(0).Y, 0.03f);
        Assert.Empty(scene.Facts.UnsupportedExtensions);
    }

    [Theory]
    [InlineData("R0lGODlhAQABAIABAP8AAAAAACH5BAEAAAEALAAAAAABAAEAAAICRAEAOw==")]
    [InlineData("Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAATCwAAEwsAAAAAAAAAAAAAAAD/AA==")]
    public void A_picture_of_another_kind_is_refused(string file) =>
        Refused(Card.Make(Painted, Convert.FromBase64String(file)), "Image format");

    [Fact]
    public void A_picture_that_is_not_there_is_named()
    {
        var gltf = Card.Make(Painted, Card.Png(8, Green));
        gltf.Files.Remove(Card.Picture);

        Refused(gltf, $"'{Card.Picture}' is missing");
    }

    [Fact]
    public void Each_limit_is_named_where_it_is_reached()
    {
        var gltf = Card.Make(Painted, Card.Png(8, Green));
        var bytes = gltf.Manifest().Values.Sum(file => file.Length);
        gltf.Read(Within(new() { TexturePixelsMax = 64, TrianglesMax = 2, BytesMax = bytes }));

        Refused(gltf, nameof(SceneLimits.TexturePixelsMax), new() { TexturePixelsMax = 63 });
        Refused(gltf, nameof(SceneLimits.TrianglesMax), new() { TrianglesMax = 1 });
        Refused(gltf, nameof(SceneLimits.BytesMax), new() { BytesMax = bytes - 1 });
    }

    [Fact]
    public void A_scene_that_draws_nothing_is_refused()
    {
        var gltf = Card.Make("""{ "pbrMetallicRoughness": {} }""");
        gltf.Primitive()["mode"] = 0;

        Refused(gltf, "draws no triangle");
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Bytes_of_a_picture_may_be_anything(SKEncodedImageFormat format)
    {
        var random = new Random(20261127);
        var noise = new SKColor[32 * 32];

        for (var at = 0; at < noise.Length; at++)
        {
            noise[at] = new SKColor((uint)random.Next() | 0xFF000000u);
        }

        var picture = Card.Encoded(32, format, noise);
        var (read, refused) = (0, 0);

        for (var round = 0; round < 400; round++)
        {
            var hurt = picture.ToArray();

            for (var hit = 0; hit < 1 + (round % 7); hit++)
            {
                hurt[random.Next(0, round % 3 == 0 ? 64 : hurt.Length)] = (byte)random.Next(256);
            }

            try
            {
                Card.Make(Painted, round % 4 == 3 ? hurt[..random.Next(12, hurt.Length)] : hurt).Read();
                read++;
            }
            catch (SceneFormatException refusal)
            {
                Assert.InRange(refusal.Message.Length, 5, 1000);
                refused++;
            }
        }

        // Both happen: neither is everything let through nor is nothing read.
        Assert.True(read > 20 && refused > 20, $"{read} read, {refused} refused");
    }

    private static HandMadeGltf WithoutSource(string texture)
    {
        var gltf = Card.Make(Painted, Card.Png(8, Green));
        gltf.Json["textures"] = new JsonArray(JsonNode.Parse(texture));

        return gltf;
    }

    private static SceneOptions Within(SceneLimits limits) => new() { Limits = limits };

    private static void Refused(HandMadeGltf gltf, string why, SceneLimits? limits = null) => Assert.Contains(
        why,
        Assert.Throws<SceneFormatException>(() => gltf.Read(Within(limits ?? SceneLimits.Default))).Message,
        StringComparison.Ordinal);
}
