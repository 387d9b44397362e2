using System.Text.Json.Nodes;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class GltfLayersTests
{
    [Fact]
    public void Every_factor_of_every_extension_reaches_its_row()
    {
        var rows = RowsOf("""
            {
              "pbrMetallicRoughness": { "metallicFactor": 0 },
              "extensions": {
                "KHR_materials_clearcoat": { "clearcoatFactor": 0.6, "clearcoatRoughnessFactor": 0.2 },
                "KHR_materials_sheen": { "sheenColorFactor": [ 0.1, 0.2, 0.3 ], "sheenRoughnessFactor": 0.4 },
                "KHR_materials_anisotropy": { "anisotropyStrength": 0.5, "anisotropyRotation": 1.5707963 },
                "KHR_materials_transmission": { "transmissionFactor": 0.8 },
                "KHR_materials_ior": { "ior": 1.7 },
                "KHR_materials_volume": {
                  "thicknessFactor": 0.1, "attenuationDistance": 2, "attenuationColor": [ 0.5, 0.25, 1 ] },
                "KHR_materials_iridescence": {
                  "iridescenceFactor": 0.9, "iridescenceIor": 1.4, "iridescenceThicknessMinimum": 150,
                  "iridescenceThicknessMaximum": 450 },
                "KHR_materials_specular": { "specularFactor": 0.3, "specularColorFactor": [ 2, 1, 0.5 ] },
                "KHR_materials_emissive_strength": { "emissiveStrength": 3 }
              }
            }
            """);

        Assert.Equal(new Float4(0.6f, 0.2f, 0.4f, 0.5f), rows[MaterialRows.Layers]);
        Assert.Equal(new Float4(0.8f, 1.7f, 1f, 0.9f), rows[MaterialRows.Glass]);
        Assert.Equal(new Float4(2f, 1f, 0.5f, 0.3f), rows[MaterialRows.Specular]);
        Assert.Equal(new Float4(0.1f, 0.2f, 0.3f, MaterialRows.KindLayered), rows[MaterialRows.Sheen]);
        Assert.Equal(MathF.Log(2f) / 2f, rows[MaterialRows.Volume].X, 1e-6f);
        Assert.Equal(MathF.Log(4f) / 2f, rows[MaterialRows.Volume].Y, 1e-6f);
        Assert.Equal(0f, rows[MaterialRows.Volume].Z);
        Assert.Equal(1.4f, rows[MaterialRows.Volume].W);
        Assert.Equal(0f, rows[MaterialRows.Film].X, 1e-6f);
        Assert.Equal(1f, rows[MaterialRows.Film].Y, 1e-6f);
        Assert.Equal(150f, rows[MaterialRows.Film].Z);
        Assert.Equal(450f, rows[MaterialRows.Film].W);
        Assert.Equal(new Float4(-1f, -1f, -1f, -1f), rows[MaterialRows.CoatTextures]);
        Assert.Equal(new Float4(-1f, -1f, -1f, -1f), rows[MaterialRows.SpecularTextures]);
    }

    [Fact]
    public void A_material_without_extensions_stays_plain_and_defaults_change_nothing()
    {
        Assert.Equal(MaterialRows.KindPlain, RowsOf("{}")[MaterialRows.Sheen].W);
        Assert.Equal(
            MaterialRows.KindPlain,
            RowsOf("""{ "extensions": { "KHR_materials_ior": { "ior": 1.5 }, "KHR_materials_specular": {} } }""")[
                MaterialRows.Sheen].W);
        Assert.Equal(
            MaterialRows.KindUnlit,
            RowsOf("""{ "extensions": { "KHR_materials_unlit": {} } }""")[MaterialRows.Sheen].W);
    }

    [Fact]
    public void A_volume_without_a_distance_is_clear()
    {
        var rows = RowsOf("""
            { "extensions": {
                "KHR_materials_transmission": { "transmissionFactor": 1 },
                "KHR_materials_volume": { "thicknessFactor": 1, "attenuationColor": [ 0.5, 0.5, 0.5 ] } } }
            """);

        Assert.Equal(0f, rows[MaterialRows.Volume].X);
        Assert.Equal(1f, rows[MaterialRows.Glass].Z);
    }

    [Theory]
    [InlineData("KHR_materials_transmission")]
    [InlineData("KHR_materials_volume")]
    [InlineData("KHR_materials_clearcoat")]
    [InlineData("KHR_materials_iridescence")]
    [InlineData("KHR_materials_unlit")]
    public void Material_extensions_may_be_required(string name) =>
        Assert.Empty(Scene(GlbEdit.Of(TestScenes.SmallGlb(), json =>
        {
            json["extensionsUsed"]!.AsArray().Add(name);
            json["extensionsRequired"] = new JsonArray(name);
        })).Facts.UnsupportedExtensions);

    [Theory]
    [InlineData("ClearCoatTest.glb", MaterialRows.Layers, 0)]
    [InlineData("TransmissionRoughnessTest.glb", MaterialRows.Glass, 0)]
    [InlineData("AttenuationTest.glb", MaterialRows.Volume, 0)]
    public void Real_scenes_have_the_layers_that_they_are_made_to_show(string name, int row, int unsupported)
    {
        var scene = SceneReader.Read(TestScenes.DataFile(name));
        var materials = scene.Tables.Materials;

        Assert.Equal(unsupported, scene.Facts.UnsupportedExtensions.Count);
        Assert.Contains(
            Enumerable.Range(0, materials.Length / MaterialRows.Count),
            i => materials[(i * MaterialRows.Count) + row].X > 0f);
    }

    private static Scene Scene(byte[] glb) => SceneReader.Read(glb);

    /// <summary>The rows of the small scene's first material, replaced by the given one.</summary>
    private static Float4[] RowsOf(string material) =>
        Scene(GlbEdit.Of(TestScenes.SmallGlb(), json =>
        {
            var parsed = JsonNode.Parse(material)!;
            var used = (parsed["extensions"] as JsonObject ?? []).Select(extension => extension.Key);
            json["materials"]![0] = parsed;
            json["extensionsUsed"] = new JsonArray(
                [.. used.Append("KHR_materials_emissive_strength").Distinct(StringComparer.Ordinal)
                    .Select(name => JsonValue.Create(name))]);
        })).Tables.Materials[..MaterialRows.Count];
}
