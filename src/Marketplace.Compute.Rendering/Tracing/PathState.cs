using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>A path on its way: the ray, and what a light that it meets counts.</summary>
internal struct PathState(Vec3 origin, Vec3 direction)
{
    public Vec3 Origin = origin;
    public Vec3 Direction = direction;
    public Vec3 Throughput = new(1f);

    /// <summary>Attenuation per length of the medium that the ray goes through; zero in the open.</summary>
    public Vec3 Medium = default;

    /// <summary>
    /// Chance per solid angle with which the ray was drawn; zero for a camera ray. Clear walls leave it as it is.
    /// </summary>
    public float DrawnPdf = 0f;

    /// <summary>The way from where the ray was drawn to <see cref="Origin"/>, which is behind clear walls.</summary>
    public float Travelled = 0f;

    /// <summary>There is a ray to follow.</summary>
    public bool Going = true;
}
