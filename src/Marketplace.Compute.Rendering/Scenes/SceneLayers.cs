using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// What glTF's material extensions add to a material, with the extensions' defaults. A texture is an index of
/// <see cref="TextureTable"/>, or -1.
/// </summary>
internal sealed record SceneLayers
{
    public float Coat { get; init; }

    public float CoatRoughness { get; init; }

    public float CoatNormalScale { get; init; } = 1f;

    public float SheenRoughness { get; init; }

    public Vec3 SheenColour { get; init; }

    public float Anisotropy { get; init; }

    /// <summary>Radians from the tangent towards the bitangent.</summary>
    public float AnisotropyTurn { get; init; }

    public float Transmission { get; init; }

    /// <summary>Index of refraction; zero mirrors everything.</summary>
    public float Index { get; init; } = 1.5f;

    /// <summary>The surface bounds a volume, so light is bent and attenuated.</summary>
    public bool IsVolume { get; init; }

    /// <summary>Attenuation of the volume per length.</summary>
    public Vec3 Attenuation { get; init; }

    public float Iridescence { get; init; }

    public float FilmIndex { get; init; } = 1.3f;

    /// <summary>Nanometres where the thickness texture is 0.</summary>
    public float FilmThicknessMin { get; init; } = 100f;

    /// <summary>Nanometres where the thickness texture is 1, and without a texture.</summary>
    public float FilmThicknessMax { get; init; } = 400f;

    public float Specular { get; init; } = 1f;

    public Vec3 SpecularColour { get; init; } = new(1f);

    public int CoatTexture { get; init; } = -1;

    public int CoatRoughnessTexture { get; init; } = -1;

    public int CoatNormalTexture { get; init; } = -1;

    public int TransmissionTexture { get; init; } = -1;

    public int SpecularTexture { get; init; } = -1;

    public int SpecularColourTexture { get; init; } = -1;

    public int SheenColourTexture { get; init; } = -1;

    public int SheenRoughnessTexture { get; init; } = -1;

    public int AnisotropyTexture { get; init; } = -1;

    public int IridescenceTexture { get; init; } = -1;

    public int FilmThicknessTexture { get; init; } = -1;

    /// <summary>
    /// Attenuation per length of a volume that turns white light into <paramref name="colour"/> after
    /// <paramref name="distance"/>: minus the logarithm of the colour over the distance.
    /// </summary>
    public static Vec3 AttenuationOf(Vec3 colour, float distance)
    {
        // Black would be an infinite density; this one leaves nothing that a picture could show.
        const double colourMin = 1e-6;

        // Readers give the largest float for a distance that the file leaves out.
        const float endless = 1e30f;

        return distance is > 0f and < endless
            ? new Vec3(Of(colour.X), Of(colour.Y), Of(colour.Z))
            : default;

        float Of(float c) => (float)(-Math.Log(Math.Clamp(c, colourMin, 1.0)) / distance);
    }

    /// <summary>The rows from <see cref="MaterialRows.Layers"/> on.</summary>
    public Float4[] ToRows(float kind) =>
    [
        new(Coat, CoatRoughness, SheenRoughness, Anisotropy),
        new(Transmission, Index, IsVolume ? 1f : 0f, Iridescence),
        new(SpecularColour, Specular),
        new(SheenColour, kind),
        new(Attenuation, FilmIndex),
        new(MathF.Cos(AnisotropyTurn), MathF.Sin(AnisotropyTurn), FilmThicknessMin, FilmThicknessMax),
        new(CoatTexture, CoatRoughnessTexture, CoatNormalTexture, TransmissionTexture),
        new(SpecularTexture, SpecularColourTexture, SheenColourTexture, SheenRoughnessTexture),
        new(AnisotropyTexture, IridescenceTexture, FilmThicknessTexture, CoatNormalScale),
    ];
}
