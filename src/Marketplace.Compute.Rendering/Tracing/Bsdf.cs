using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// glTF 2.0 Appendix B: a diffuse base under a GGX coat of index 1.5, mixed with a GGX metal. Specular directions are
/// drawn from the visible normals (Heitz 2018). All directions are unit vectors that leave the surface; the shading
/// normal is the local z.
/// </summary>
internal static class Bsdf
{
    /// <summary>Reflectance at normal incidence of index 1.5.</summary>
    private const float DielectricF0 = 0.04f;

    /// <summary>BSDF times cosine, and the chance per solid angle with which <see cref="Sample"/> draws it.</summary>
    public static Vec3 Evaluate(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        pdf = 0f;

        if (incoming.Z <= 0f || outgoing.Z <= 0f)
        {
            return default;
        }

        var half = (outgoing + incoming).Normalized();
        var cosHalf = Num.Clamp(Vec3.Dot(outgoing, half), 0f, 1f);
        var fresnel = Schlick(F0(surface), cosHalf);
        var alpha2 = surface.Alpha * surface.Alpha;
        var d = Distribution(half, alpha2);
        var g1 = Masking(outgoing.Z, alpha2);
        var specular = fresnel * (d * g1 * JointRest(outgoing.Z, incoming.Z, alpha2) / (4f * outgoing.Z));
        var dielectric = DielectricF0 + ((1f - DielectricF0) * Pow5(1f - cosHalf));
        var diffuse = surface.Base * ((1f - surface.Metallic) * (1f - dielectric) * incoming.Z * Num.InversePi);
        var share = SpecularShare(surface, outgoing.Z);
        pdf = (share * d * g1 / (4f * outgoing.Z)) + ((1f - share) * incoming.Z * Num.InversePi);

        return specular + diffuse;
    }

    /// <summary>Draws a direction; below the surface (z not above 0) means the sample is lost.</summary>
    public static Vec3 Sample(in Surface surface, Vec3 outgoing, float lobe, float u, float v)
    {
        if (lobe >= SpecularShare(surface, outgoing.Z))
        {
            Num.SinCosTurns(u, out var sine, out var cosine);
            var radius = MathF.Sqrt(v);

            return new Vec3(radius * cosine, radius * sine, MathF.Sqrt(Num.Max(0f, 1f - v)));
        }

        var half = VisibleNormal(outgoing, surface.Alpha, u, v);

        return (half * (2f * Vec3.Dot(outgoing, half))) - outgoing;
    }

    private static Vec3 F0(in Surface surface) =>
        Num.Lerp(new Vec3(DielectricF0), surface.Base, surface.Metallic);

    /// <summary>The share of samples spent on the specular lobe: its part of the albedo, never starved.</summary>
    private static float SpecularShare(in Surface surface, float cosine)
    {
        var specular = Schlick(F0(surface), cosine).Luminance();
        var diffuse = (1f - surface.Metallic) * (1f - DielectricF0) * surface.Base.Luminance();
        var total = specular + diffuse;

        return total > 0f ? Num.Clamp(specular / total, diffuse > 0f ? 0.1f : 1f, 1f) : 1f;
    }

    private static Vec3 Schlick(Vec3 f0, float cosine)
    {
        var grazing = Pow5(1f - cosine);

        return f0 + ((new Vec3(1f) - f0) * grazing);
    }

    private static float Pow5(float x)
    {
        var x2 = x * x;

        return x2 * x2 * x;
    }

    private static float Distribution(Vec3 half, float alpha2)
    {
        // x^2 + y^2 instead of 1 - z^2: nothing cancels near the mirror direction of a sharp lobe.
        var t = (half.X * half.X) + (half.Y * half.Y) + (half.Z * half.Z * alpha2);

        return alpha2 / (Num.Pi * t * t);
    }

    /// <summary>Smith G1.</summary>
    private static float Masking(float cosine, float alpha2) =>
        2f * cosine / (cosine + MathF.Sqrt(alpha2 + ((1f - alpha2) * cosine * cosine)));

    /// <summary>Height-correlated G2 over G1 of the outgoing side.</summary>
    private static float JointRest(float outgoing, float incoming, float alpha2)
    {
        var a = incoming * MathF.Sqrt(alpha2 + ((1f - alpha2) * outgoing * outgoing));
        var b = outgoing * MathF.Sqrt(alpha2 + ((1f - alpha2) * incoming * incoming));
        var joint = 2f * outgoing * incoming / (a + b);

        return joint / Masking(outgoing, alpha2);
    }

    private static Vec3 VisibleNormal(Vec3 outgoing, float alpha, float u, float v)
    {
        var stretched = new Vec3(alpha * outgoing.X, alpha * outgoing.Y, outgoing.Z).Normalized();
        var basis = Basis.About(stretched);
        var radius = MathF.Sqrt(v);
        Num.SinCosTurns(u, out var sine, out var cosine);
        var t1 = radius * cosine;
        var t2 = radius * sine;
        var s = 0.5f * (1f + stretched.Z);

        // The projected disk is cut along the direction across the view; the basis must be aligned with it.
        var lengthSquared = (stretched.X * stretched.X) + (stretched.Y * stretched.Y);
        var across = lengthSquared > 1e-12f
            ? new Vec3(-stretched.Y, stretched.X, 0f) * (1f / MathF.Sqrt(lengthSquared))
            : basis.Tangent;
        var up = Vec3.Cross(stretched, across);
        t2 = ((1f - s) * MathF.Sqrt(Num.Max(0f, 1f - (t1 * t1)))) + (s * t2);
        var normal = (across * t1) + (up * t2)
            + (stretched * MathF.Sqrt(Num.Max(0f, 1f - (t1 * t1) - (t2 * t2))));

        return new Vec3(alpha * normal.X, alpha * normal.Y, Num.Max(1e-7f, normal.Z)).Normalized();
    }
}
