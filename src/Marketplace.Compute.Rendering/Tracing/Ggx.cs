using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The isotropic GGX microfacet distribution with Smith's height-correlated masking, in the frame of the normal.
/// </summary>
internal static class Ggx
{
    public static float Pow5(float x)
    {
        var x2 = x * x;

        return x2 * x2 * x;
    }

    public static float Distribution(Vec3 half, float alpha2)
    {
        // x^2 + y^2 instead of 1 - z^2: nothing cancels near the mirror direction of a sharp lobe.
        var t = (half.X * half.X) + (half.Y * half.Y) + (half.Z * half.Z * alpha2);

        return alpha2 / (Num.Pi * t * t);
    }

    /// <summary>Smith G1.</summary>
    public static float Masking(float cosine, float alpha2) =>
        2f * cosine / (cosine + MathF.Sqrt(alpha2 + ((1f - alpha2) * cosine * cosine)));

    /// <summary>Height-correlated G2 over G1 of the outgoing side.</summary>
    public static float JointRest(float outgoing, float incoming, float alpha2)
    {
        var rootOut = MathF.Sqrt(alpha2 + ((1f - alpha2) * outgoing * outgoing));
        var rootIn = MathF.Sqrt(alpha2 + ((1f - alpha2) * incoming * incoming));

        return incoming * (outgoing + rootOut) / ((incoming * rootOut) + (outgoing * rootIn));
    }

    /// <summary>A microfacet normal as seen from <paramref name="outgoing"/> (Heitz 2018).</summary>
    public static Vec3 VisibleNormal(Vec3 outgoing, float alpha, float u, float v)
    {
        var stretched = new Vec3(alpha * outgoing.X, alpha * outgoing.Y, outgoing.Z).Normalized();
        var radius = MathF.Sqrt(v);
        Num.SinCosTurns(u, out var sine, out var cosine);
        var t1 = radius * cosine;
        var t2 = radius * sine;
        var s = 0.5f * (1f + stretched.Z);
        t2 = ((1f - s) * MathF.Sqrt(Num.Max(0f, 1f - (t1 * t1)))) + (s * t2);

        // The projected disk is cut along the direction across the view.
        var lengthSquared = (stretched.X * stretched.X) + (stretched.Y * stretched.Y);
        var across = lengthSquared > 1e-12f
            ? new Vec3(-stretched.Y, stretched.X, 0f) * (1f / MathF.Sqrt(lengthSquared))
            : new Vec3(1f, 0f, 0f);
        var up = Vec3.Cross(stretched, across);
        var normal = (across * t1) + (up * t2)
            + (stretched * MathF.Sqrt(Num.Max(0f, 1f - (t1 * t1) - (t2 * t2))));

        return new Vec3(alpha * normal.X, alpha * normal.Y, Num.Max(1e-7f, normal.Z)).Normalized();
    }
}
