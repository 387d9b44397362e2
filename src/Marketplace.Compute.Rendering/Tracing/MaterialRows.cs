namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>The rows of a material. A texture is an index, or below zero where there is none.</summary>
internal static class MaterialRows
{
    public const int Count = 4;

    /// <summary>Base colour and alpha.</summary>
    public const int Base = 0;

    /// <summary>Emitted radiance; 1 in W if both sides emit.</summary>
    public const int Emission = 1;

    /// <summary>Metallic, roughness, alpha cutoff (below zero: blend), strength of the normal map.</summary>
    public const int Physical = 2;

    /// <summary>Textures: base colour, metallic-roughness, emission, normal.</summary>
    public const int Textures = 3;
}
