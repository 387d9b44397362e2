using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using SkiaSharp;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>Which channel of a texture each slot of a material reads, and whether as colour or as number.</summary>
public sealed class LayerReaderTests
{
    /// <summary>0.2, 0.4, 0.6, 0.8.</summary>
    private static readonly SKColor Texel = new(51, 102, 153, 204);

    [Theory]
    [InlineData("baseColor", 0.0331048f, 0.1328683f, 0.3185468f)]
    [InlineData("metallic", 0.6f)]
    [InlineData("roughness", 0.16f)]
    [InlineData("emissive", 0.0331048f, 0.1328683f, 0.3185468f)]
    [InlineData("clearcoat", 0.2f)]
    [InlineData("clearcoatRoughness", 0.16f)]
    [InlineData("sheenColor", 0.0331048f, 0.1328683f, 0.3185468f)]
    [InlineData("sheenRoughness", 0.64f)]
    [InlineData("specular", 0.032f, 0.8f)]
    [InlineData("specularColor", 0.0013242f, 0.0053147f, 0.0127419f)]
    [InlineData("iridescence", 0.2f)]
    [InlineData("iridescenceThickness", 260f)]
    [InlineData("transmission", 0.2f)]
    [InlineData("thickness", 0f)]
    [InlineData("anisotropy", 0.52f, 0.25f, -0.9486833f, -0.3162278f)]
    public void A_slot_reads_its_own_channels(string slot, params float[] expected)
    {
        var seen = Read(MaterialWith(slot), slot);

        Assert.Equal(expected.Length, seen.Length);

        foreach (var (at, value) in expected.Index())
        {
            Assert.Equal(value, seen[at], Num.Max(1e-5f, value * 1e-5f));
        }
    }

    /// <summary>IEC 61966-2-1, written another way than the product has it.</summary>
    [Fact]
    public void A_byte_of_a_colour_is_light_by_the_curve_of_sRGB() => Assert.All(
        SceneTables.SrgbToLinear.Index(),
        entry => Assert.Equal(entry.Index, 255 * Encoded(entry.Item), 1e-3));

    [Fact]
    public void A_brushed_highlight_is_longer_along_the_tangent_than_across_it()
    {
        // KHR_materials_anisotropy: it is along the tangent that roughness grows.
        var surface = SurfaceOf("""
            { "pbrMetallicRoughness": { "roughnessFactor": 0.3 },
              "extensions": { "KHR_materials_anisotropy": { "anisotropyStrength": 0.8 } } }
            """);
        var up = new Vec3(0f, 0f, 1f);
        var along = Bsdf.Evaluate(surface, up, new Vec3(0.6f, 0f, 0.8f), out _).X;
        var across = Bsdf.Evaluate(surface, up, new Vec3(0f, 0.6f, 0.8f), out _).X;

        Assert.Equal(1f, surface.Layers.Tangent.X, 1e-5f);
        Assert.True(along > 10f * across, $"{along} along, {across} across");
    }

    private static double Encoded(double light) =>
        light < 0.0031308 ? light * 12.92 : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055;

    private static float[] Read(string material, string slot)
    {
        var surface = SurfaceOf(material);
        ref var layers = ref surface.Layers;

        return slot switch
        {
            "baseColor" => Three(surface.Base),
            "metallic" => [surface.Metallic],
            "roughness" => [surface.Alpha],
            "emissive" => Three(surface.Emission),
            "clearcoat" => [layers.Coat],
            "clearcoatRoughness" => [layers.CoatAlpha],
            "sheenColor" => Three(layers.SheenColour),
            "sheenRoughness" => [layers.SheenAlpha],
            "specular" => [layers.DielectricF0.X, layers.DielectricF90],
            "specularColor" => Three(layers.DielectricF0),
            "iridescence" => [layers.Film],
            "iridescenceThickness" => [layers.FilmThickness],
            "transmission" => [layers.Transmission],
            // Only whether there is a volume counts here, not how thick it is said to be.
            "thickness" => [layers.Thin],
            _ => [layers.AlphaX, layers.AlphaY, layers.Tangent.Normalized().X, layers.Tangent.Normalized().Y],
        };
    }

    private static float[] Three(Vec3 colour) => [colour.X, colour.Y, colour.Z];

    private static string MaterialWith(string slot)
    {
        const string texture = """{ "index": 0 }""";
        var physical = new JsonObject { ["metallicFactor"] = slot == "metallic" ? 1 : 0 };
        var material = new JsonObject { ["pbrMetallicRoughness"] = physical };
        var extensions = new JsonObject();

        switch (slot)
        {
            case "baseColor":
                physical["baseColorTexture"] = JsonNode.Parse(texture);
                break;
            case "metallic" or "roughness":
                physical["metallicRoughnessTexture"] = JsonNode.Parse(texture);
                break;
            case "emissive":
                material["emissiveFactor"] = new JsonArray(1, 1, 1);
                material["emissiveTexture"] = JsonNode.Parse(texture);
                break;
            default:
                var (name, body) = ExtensionOf(slot, texture);
                extensions[name] = JsonNode.Parse(body);
                material["extensions"] = extensions;
                break;
        }

        if (slot == "anisotropy")
        {
            physical["roughnessFactor"] = 0.5;
        }

        if (slot == "thickness")
        {
            extensions["KHR_materials_transmission"] = JsonNode.Parse("""{ "transmissionFactor": 1 }""");
        }

        return material.ToJsonString();
    }

    private static (string Name, string Body) ExtensionOf(string slot, string texture) => slot switch
    {
        "clearcoat" => (
            "KHR_materials_clearcoat", $$"""{ "clearcoatFactor": 1, "clearcoatTexture": {{texture}} }"""),
        "clearcoatRoughness" => (
            "KHR_materials_clearcoat",
            $$"""
            { "clearcoatFactor": 1, "clearcoatRoughnessFactor": 1, "clearcoatRoughnessTexture": {{texture}} }
            """),
        "sheenColor" => (
            "KHR_materials_sheen",
            $$"""{ "sheenColorFactor": [ 1, 1, 1 ], "sheenRoughnessFactor": 1, "sheenColorTexture": {{texture}} }"""),
        "sheenRoughness" => (
            "KHR_materials_sheen",
            $$"""
            { "sheenColorFactor": [ 1, 1, 1 ], "sheenRoughnessFactor": 1, "sheenRoughnessTexture": {{texture}} }
            """),
        "specular" => ("KHR_materials_specular", $$"""{ "specularTexture": {{texture}} }"""),
        "specularColor" => ("KHR_materials_specular", $$"""{ "specularColorTexture": {{texture}} }"""),
        "iridescence" => (
            "KHR_materials_iridescence", $$"""{ "iridescenceFactor": 1, "iridescenceTexture": {{texture}} }"""),
        "iridescenceThickness" => (
            "KHR_materials_iridescence",
            $$"""
            { "iridescenceFactor": 1, "iridescenceThicknessMinimum": 100, "iridescenceThicknessMaximum": 500,
              "iridescenceThicknessTexture": {{texture}} }
            """),
        "transmission" => (
            "KHR_materials_transmission", $$"""{ "transmissionFactor": 1, "transmissionTexture": {{texture}} }"""),
        "thickness" => (
            "KHR_materials_volume", $$"""{ "thicknessFactor": 1, "thicknessTexture": {{texture}} }"""),
        _ => ("KHR_materials_anisotropy", $$"""{ "anisotropyStrength": 1, "anisotropyTexture": {{texture}} }"""),
    };

    /// <summary>The middle of the card as a ray from straight above meets it.</summary>
    private static Surface SurfaceOf(string material)
    {
        var scene = Card.Make(material, Card.Png(1, Texel)).Read();
        using var pinned = new PinnedScene(scene.Tables);
        var table = pinned.As<OneLevel>();
        var origin = new Vec3(0.4f, 0.3f, 1f);
        var down = new Vec3(0f, 0f, -1f);
        var hit = table.Closest(origin, down, float.MaxValue, 0u, out var instance);
        Surface.At(table, hit, instance, origin, down, out var surface);

        return surface;
    }
}
