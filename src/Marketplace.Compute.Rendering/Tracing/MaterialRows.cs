namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>The rows of a material. A texture is an index, or below zero where there is none.</summary>
internal static class MaterialRows
{
    public const int Count = 13;

    /// <summary>Base colour and alpha.</summary>
    public const int Base = 0;

    /// <summary>Emitted radiance; 1 in W if both sides emit.</summary>
    public const int Emission = 1;

    /// <summary>Metallic, roughness, alpha cutoff (below zero: blend), strength of the normal map.</summary>
    public const int Physical = 2;

    /// <summary>Textures: base colour, metallic-roughness, emission, normal.</summary>
    public const int Textures = 3;

    /// <summary>Clear coat, its roughness, roughness of the sheen, strength of the anisotropy.</summary>
    public const int Layers = 4;

    /// <summary>Transmission, index of refraction (0: mirrors all), 1 if a volume, iridescence.</summary>
    public const int Glass = 5;

    /// <summary>Colour of the specular reflection; its strength in W.</summary>
    public const int Specular = 6;

    /// <summary>Colour of the sheen; in W one of the kinds below.</summary>
    public const int Sheen = 7;

    /// <summary>Attenuation of the volume per length; index of the iridescent film in W.</summary>
    public const int Volume = 8;

    /// <summary>Cosine and sine of the anisotropy's turn; thickness of the film at 0 and at 1, in nanometres.</summary>
    public const int Film = 9;

    /// <summary>Textures: clear coat, its roughness, its normal, transmission.</summary>
    public const int CoatTextures = 10;

    /// <summary>Textures: specular, specular colour, sheen colour, sheen roughness.</summary>
    public const int SpecularTextures = 11;

    /// <summary>Textures: anisotropy, iridescence, thickness of the film; strength of the coat's normal map.</summary>
    public const int FilmTextures = 12;

    /// <summary>Metal and roughness alone: the rows from <see cref="Layers"/> on say nothing.</summary>
    public const float KindPlain = 0f;
    public const float KindLayered = 1f;
    public const float KindUnlit = 2f;
}
