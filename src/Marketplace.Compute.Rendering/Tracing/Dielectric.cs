using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Light at a smooth boundary of two dielectrics; eta is the index behind it over that before it.</summary>
internal static class Dielectric
{
    /// <summary>Closer to 1 than this, light goes straight on: the half vector of refraction would be noise.</summary>
    public const float StraightWithin = 5e-3f;

    /// <summary>Share that is reflected, unpolarised (Fresnel); 1 where all of it is.</summary>
    public static float Fresnel(float cosine, float eta)
    {
        cosine = Num.Clamp(cosine, 0f, 1f);
        var sin2 = (1f - (cosine * cosine)) / (eta * eta);

        if (sin2 >= 1f)
        {
            return 1f;
        }

        var beyond = MathF.Sqrt(1f - sin2);
        var parallel = ((eta * cosine) - beyond) / ((eta * cosine) + beyond);
        var across = (cosine - (eta * beyond)) / (cosine + (eta * beyond));

        return 0.5f * ((parallel * parallel) + (across * across));
    }

    /// <summary>
    /// How far the reflectance has gone from that at normal incidence (0) to that at grazing angles (1), so that it
    /// can be used with colours as Schlick's fifth power is.
    /// </summary>
    public static float Shape(float cosine, float eta)
    {
        var ratio = (eta - 1f) / (eta + 1f);
        var f0 = ratio * ratio;

        return Num.Clamp((Fresnel(cosine, eta) - f0) / (1f - f0), 0f, 1f);
    }

    /// <summary>
    /// The direction behind a microfacet, or zero where all light is reflected. <paramref name="outgoing"/> leaves the
    /// surface on the side of <paramref name="half"/>.
    /// </summary>
    public static Vec3 Refract(Vec3 outgoing, Vec3 half, float eta)
    {
        var cosine = Vec3.Dot(outgoing, half);
        var sin2 = Num.Max(0f, 1f - (cosine * cosine)) / (eta * eta);

        if (sin2 >= 1f)
        {
            return default;
        }

        return (half * ((cosine / eta) - MathF.Sqrt(1f - sin2))) - (outgoing * (1f / eta));
    }
}
