using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>A direction towards light and what comes from there if nothing is in the way.</summary>
internal struct LightSample
{
    public Vec3 Direction;
    public float Distance;

    /// <summary>Radiance; of a punctual light, irradiance on a surface facing it.</summary>
    public Vec3 Radiance;

    /// <summary>Chance per solid angle; of a punctual light, the chance to choose it. Zero: no sample.</summary>
    public float Pdf;

    /// <summary>A punctual light: no ray can meet it by chance, so its sample has full weight.</summary>
    public bool Punctual;
}
