using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A metallic-roughness material. A texture is an index of <see cref="TextureTable"/>, or -1.</summary>
internal sealed record SceneMaterial
{
    public Float4 Base { get; init; } = new(1f, 1f, 1f, 1f);

    public Vec3 Emission { get; init; }

    /// <summary>Emits on both sides.</summary>
    public bool DoubleSided { get; init; }

    public float Metallic { get; init; } = 1f;

    public float Roughness { get; init; } = 1f;

    /// <summary>Zero: opaque. Above: mask. Below: blend.</summary>
    public float AlphaCutoff { get; init; }

    public float NormalScale { get; init; } = 1f;

    public int BaseTexture { get; init; } = -1;

    public int MetallicRoughnessTexture { get; init; } = -1;

    public int EmissionTexture { get; init; } = -1;

    public int NormalTexture { get; init; } = -1;

    /// <summary>Shown in its base colour, without any light.</summary>
    public bool Unlit { get; init; }

    /// <summary>What the extensions add; null if there are none.</summary>
    public SceneLayers? Layers { get; init; }
}
