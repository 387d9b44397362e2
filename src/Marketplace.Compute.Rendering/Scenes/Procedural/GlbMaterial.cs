using System.Numerics;

namespace Marketplace.Compute.Rendering.Scenes.Procedural;

/// <summary>A material as the writer puts it into the file.</summary>
internal sealed record GlbMaterial(string Name, Vector3 Colour, float Metallic, float Roughness)
{
    public Vector3 Emission { get; init; }

    public float Strength { get; init; } = 1f;

    public int? Texture { get; init; }

    public bool DoubleSided { get; init; }

    /// <summary>Share of light that goes through, 0 to 1; above zero with this index of refraction.</summary>
    public float Transmission { get; init; }

    public float Ior { get; init; } = 1.5f;
}
