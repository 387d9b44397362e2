using Marketplace.Compute.Rendering.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// The material extensions of a glTF material; factors out of their range are clamped into it. A texture whose factor
/// is 0 has no effect and is not read.
/// </summary>
internal sealed class GltfLayers(GltfTextures textures)
{
    private const float SpecularColourMax = 1e4f;
    private const float IndexMax = 100f;
    private const float FilmNanometresMax = 1e5f;

    /// <summary>The layers, or null if no extension asks for any.</summary>
    public SceneLayers? Of(Material material)
    {
        var layers = new SceneLayers { Index = Index(material.IndexOfRefraction) };
        layers = WithCoat(material, layers);
        layers = WithGlass(material, layers);
        layers = WithSpecular(material, layers);
        layers = WithSheen(material, layers);
        layers = WithFilm(material, layers);

        return layers == new SceneLayers() ? null : layers;
    }

    private SceneLayers WithCoat(Material material, SceneLayers layers)
    {
        if (material.FindChannel("ClearCoat") is not { } coat || !(Unit(coat.GetFactor("ClearCoatFactor")) > 0f))
        {
            return layers;
        }

        layers = layers with
        {
            Coat = Unit(coat.GetFactor("ClearCoatFactor")),
            CoatTexture = textures.Use(coat, srgb: false),
        };

        if (material.FindChannel("ClearCoatRoughness") is { } rough)
        {
            layers = layers with
            {
                CoatRoughness = Unit(rough.GetFactor("RoughnessFactor")),
                CoatRoughnessTexture = textures.Use(rough, srgb: false),
            };
        }

        return material.FindChannel("ClearCoatNormal") is { } bump
            ? layers with
            {
                CoatNormalTexture = textures.Use(bump, srgb: false),
                CoatNormalScale = Num.Clamp(bump.GetFactor("NormalScale"), -100f, 100f),
            }
            : layers;
    }

    private SceneLayers WithGlass(Material material, SceneLayers layers)
    {
        if (material.FindChannel("Transmission") is { } passing && Unit(passing.GetFactor("TransmissionFactor")) > 0f)
        {
            layers = layers with
            {
                Transmission = Unit(passing.GetFactor("TransmissionFactor")),
                TransmissionTexture = textures.Use(passing, srgb: false),
            };
        }

        // The thickness is for renderers that cannot trace; here it only tells a volume from a thin wall.
        if (material.FindChannel("VolumeThickness") is not { } thick || !(thick.GetFactor("ThicknessFactor") > 0f))
        {
            return layers;
        }

        layers = layers with { IsVolume = true };

        return material.FindChannel("VolumeAttenuation") is { } medium
            ? layers with
            {
                Attenuation = SceneLayers.AttenuationOf(ColourOf(medium, 1f), medium.GetFactor("AttenuationDistance")),
            }
            : layers;
    }

    private SceneLayers WithSpecular(Material material, SceneLayers layers)
    {
        if (material.FindChannel("SpecularFactor") is { } strength)
        {
            var factor = Unit(strength.GetFactor("SpecularFactor"));
            layers = layers with
            {
                Specular = factor,
                SpecularTexture = factor > 0f ? textures.Use(strength, srgb: false) : layers.SpecularTexture,
            };
        }

        if (material.FindChannel("SpecularColor") is not { } colour)
        {
            return layers;
        }

        layers = layers with { SpecularColour = ColourOf(colour, SpecularColourMax) };

        return layers.SpecularColour.MaxComponent() > 0f
            ? layers with { SpecularColourTexture = textures.Use(colour, srgb: true) }
            : layers;
    }

    private SceneLayers WithSheen(Material material, SceneLayers layers)
    {
        if (material.FindChannel("SheenColor") is not { } colour || ColourOf(colour, 1f).MaxComponent() <= 0f)
        {
            return layers;
        }

        layers = layers with
        {
            SheenColour = ColourOf(colour, 1f),
            SheenColourTexture = textures.Use(colour, srgb: true),
        };

        return material.FindChannel("SheenRoughness") is { } rough
            ? layers with
            {
                SheenRoughness = Unit(rough.GetFactor("RoughnessFactor")),
                SheenRoughnessTexture = textures.Use(rough, srgb: false),
            }
            : layers;
    }

    private SceneLayers WithFilm(Material material, SceneLayers layers)
    {
        if (material.FindChannel("Anisotropy") is { } brushed && Unit(brushed.GetFactor("AnisotropyStrength")) > 0f)
        {
            layers = layers with
            {
                Anisotropy = Unit(brushed.GetFactor("AnisotropyStrength")),
                AnisotropyTurn = Num.Clamp(brushed.GetFactor("AnisotropyRotation"), -1e4f, 1e4f),
                AnisotropyTexture = textures.Use(brushed, srgb: false),
            };
        }

        if (material.FindChannel("Iridescence") is not { } film || !(Unit(film.GetFactor("IridescenceFactor")) > 0f))
        {
            return layers;
        }

        layers = layers with
        {
            Iridescence = Unit(film.GetFactor("IridescenceFactor")),
            IridescenceTexture = textures.Use(film, srgb: false),
            FilmIndex = Num.Clamp(film.GetFactor("IndexOfRefraction"), 1f, IndexMax),
        };

        return material.FindChannel("IridescenceThickness") is { } thick
            ? layers with
            {
                FilmThicknessMin = Num.Clamp(thick.GetFactor("Minimum"), 0f, FilmNanometresMax),
                FilmThicknessMax = Num.Clamp(thick.GetFactor("Maximum"), 0f, FilmNanometresMax),
                FilmThicknessTexture = textures.Use(thick, srgb: false),
            }
            : layers;
    }

    /// <summary>Zero is allowed and means a mirror; else nothing is thinner than air.</summary>
    private static float Index(float index) => index == 0f ? 0f : Num.Clamp(index, 1f, IndexMax);

    private static Vec3 ColourOf(MaterialChannel channel, float max) => new(
        Num.Clamp(channel.Color.X, 0f, max), Num.Clamp(channel.Color.Y, 0f, max), Num.Clamp(channel.Color.Z, 0f, max));

    private static float Unit(float x) => Num.Clamp(x, 0f, 1f);
}
