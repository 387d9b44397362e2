using System.Numerics;
using System.Text.Json.Nodes;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A material as glTF 2.0 spells it, with the extensions of Khronos that it needs.</summary>
internal static class GlbMaterialJson
{
    public static JsonObject Of(GlbMaterial material)
    {
        var physical = new JsonObject
        {
            ["baseColorFactor"] = Numbers(material.Colour, 1f),
            ["metallicFactor"] = material.Metallic,
            ["roughnessFactor"] = material.Roughness,
        };

        if (material.Texture is { } texture)
        {
            physical["baseColorTexture"] = new JsonObject { ["index"] = texture };
        }

        var json = new JsonObject
        {
            ["name"] = material.Name,
            ["doubleSided"] = material.DoubleSided,
            ["pbrMetallicRoughness"] = physical,
        };

        if (material.Emission != Vector3.Zero)
        {
            json["emissiveFactor"] = Numbers(material.Emission);
        }

        var extensions = Extensions(material);

        if (extensions.Count > 0)
        {
            json["extensions"] = extensions;
        }

        return json;
    }

    private static JsonObject Extensions(GlbMaterial material)
    {
        var extensions = new JsonObject();

        if (material.Emission != Vector3.Zero)
        {
            extensions["KHR_materials_emissive_strength"] = new JsonObject { ["emissiveStrength"] = material.Strength };
        }

        if (material.Coat > 0f)
        {
            extensions["KHR_materials_clearcoat"] = new JsonObject
            {
                ["clearcoatFactor"] = material.Coat,
                ["clearcoatRoughnessFactor"] = material.CoatRoughness,
            };
        }

        if (material.Sheen != Vector3.Zero)
        {
            extensions["KHR_materials_sheen"] = new JsonObject
            {
                ["sheenColorFactor"] = Numbers(material.Sheen),
                ["sheenRoughnessFactor"] = material.SheenRoughness,
            };
        }

        if (material.Anisotropy > 0f)
        {
            extensions["KHR_materials_anisotropy"] = new JsonObject { ["anisotropyStrength"] = material.Anisotropy };
        }

        if (material.Iridescence > 0f)
        {
            extensions["KHR_materials_iridescence"] = new JsonObject
            {
                ["iridescenceFactor"] = material.Iridescence,
                ["iridescenceIor"] = material.FilmIndex,
                ["iridescenceThicknessMaximum"] = material.FilmNanometres,
            };
        }

        AddGlass(material, extensions);

        return extensions;
    }

    private static void AddGlass(GlbMaterial material, JsonObject extensions)
    {
        if (material.Transmission <= 0f)
        {
            return;
        }

        extensions["KHR_materials_transmission"] = new JsonObject { ["transmissionFactor"] = material.Transmission };
        extensions["KHR_materials_ior"] = new JsonObject { ["ior"] = material.Index };

        if (material.IsVolume)
        {
            extensions["KHR_materials_volume"] = new JsonObject
            {
                ["thicknessFactor"] = 1f,
                ["attenuationColor"] = Numbers(material.AttenuationColour),
                ["attenuationDistance"] = material.AttenuationDistance,
            };
        }
    }

    private static JsonArray Numbers(Vector3 colour, params ReadOnlySpan<float> more)
    {
        var array = new JsonArray(colour.X, colour.Y, colour.Z);

        foreach (var number in more)
        {
            array.Add(JsonValue.Create(number));
        }

        return array;
    }
}
