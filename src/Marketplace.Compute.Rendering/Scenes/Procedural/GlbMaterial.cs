using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A material as the writer puts it into the file; what keeps its default is left out.</summary>
internal sealed record GlbMaterial(string Name, Vector3 Colour, float Metallic, float Roughness)
{
    public Vector3 Emission { get; init; }

    public float Strength { get; init; } = 1f;

    public int? Texture { get; init; }

    public bool DoubleSided { get; init; }

    public float Coat { get; init; }

    public float CoatRoughness { get; init; }

    public Vector3 Sheen { get; init; }

    public float SheenRoughness { get; init; }

    public float Anisotropy { get; init; }

    public float Transmission { get; init; }

    public float Index { get; init; } = 1.5f;

    /// <summary>A volume, with the colour that white light has after <see cref="AttenuationDistance"/>.</summary>
    public bool IsVolume { get; init; }

    public Vector3 AttenuationColour { get; init; } = Vector3.One;

    public float AttenuationDistance { get; init; } = 1f;

    public float Iridescence { get; init; }

    public float FilmIndex { get; init; } = 1.3f;

    public float FilmNanometres { get; init; } = 400f;
}
