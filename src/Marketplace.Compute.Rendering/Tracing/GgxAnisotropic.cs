using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary><see cref="Ggx"/> with one alpha along x and another along y.</summary>
internal static class GgxAnisotropic
{
    public static float Distribution(Vec3 half, float alphaX, float alphaY)
    {
        var x = half.X / alphaX;
        var y = half.Y / alphaY;
        var t = (x * x) + (y * y) + (half.Z * half.Z);

        return 1f / (Num.Pi * alphaX * alphaY * t * t);
    }

    /// <summary>Smith G1 of a direction on either side.</summary>
    public static float Masking(Vec3 direction, float alphaX, float alphaY) =>
        1f / (1f + Lambda(direction, alphaX, alphaY));

    /// <summary>Height-correlated G2 over G1 of the outgoing side; the incoming one may be on either side.</summary>
    public static float JointRest(Vec3 outgoing, Vec3 incoming, float alphaX, float alphaY)
    {
        var before = Lambda(outgoing, alphaX, alphaY);

        return (1f + before) / (1f + before + Lambda(incoming, alphaX, alphaY));
    }

    /// <summary>A microfacet normal as seen from <paramref name="outgoing"/> (Heitz 2018).</summary>
    public static Vec3 VisibleNormal(Vec3 outgoing, float alphaX, float alphaY, float u, float v)
    {
        var stretched = new Vec3(alphaX * outgoing.X, alphaY * outgoing.Y, outgoing.Z).Normalized();
        var normal = Ggx.VisibleNormal(stretched, 1f, u, v);

        return new Vec3(alphaX * normal.X, alphaY * normal.Y, Num.Max(1e-7f, normal.Z)).Normalized();
    }

    private static float Lambda(Vec3 direction, float alphaX, float alphaY)
    {
        var x = direction.X * alphaX;
        var y = direction.Y * alphaY;
        var z2 = Num.Max(direction.Z * direction.Z, 1e-12f);

        return 0.5f * (MathF.Sqrt(1f + (((x * x) + (y * y)) / z2)) - 1f);
    }
}
