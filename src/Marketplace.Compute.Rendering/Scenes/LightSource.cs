using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A punctual light in world space. Its kind is one of <see cref="Tracing.LightRows"/>.</summary>
internal sealed record LightSource
{
    public required int Kind { get; init; }

    public Vec3 Position { get; init; }

    /// <summary>The way its light goes.</summary>
    public Vec3 Direction { get; init; }

    /// <summary>Candela by colour; lux of a directional light.</summary>
    public Vec3 Power { get; init; }

    /// <summary>Zero: without end.</summary>
    public float Range { get; init; }

    public float CosInner { get; init; } = 1f;

    public float CosOuter { get; init; }
}
