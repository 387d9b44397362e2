using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The material of glTF's extensions, from the outside in: clear coat, sheen, then the base, which reflects (GGX,
/// perhaps anisotropic or under a thin film), lets light through (Walter 2007) or scatters it. What a layer sends back,
/// by its albedo as seen from the viewer, is not there for the layers below, so no material gives back more than it
/// gets. Rough glass loses what single scattering loses. A path knows one medium, so every boundary of a volume is one
/// to air: a liquid in a glass is not told from the two side by side. Directions are in the frame of
/// <see cref="Layers"/>.
/// </summary>
internal static class LayeredBsdf
{
    /// <summary>Reflectance at normal incidence of the coat, index 1.5.</summary>
    private const float CoatF0 = 0.04f;

    /// <summary>No lobe that is there is drawn less often than this.</summary>
    private const float ChanceMin = 0.05f;

    /// <summary>Combines the layers as seen along <paramref name="direction"/>. Comes before the others.</summary>
    public static void Prepare<TScene>(TScene scene, ref Surface surface, Vec3 direction)
        where TScene : struct, ISceneData
    {
        var basis = Basis.Along(surface.Normal, surface.Layers.Tangent);
        var outgoing = basis.ToLocal(-direction);
        surface.Layers.CoatNormal = basis.ToLocal(surface.Layers.CoatNormal);
        PrepareCoat(scene, ref surface.Layers, outgoing);
        var sheen = Sheen.Albedo(scene, outgoing.Z, surface.Layers.SheenAlpha);
        surface.Layers.SheenColour *= 1f / Num.Max(1f, sheen);
        sheen = Num.Min(1f, sheen);
        var sheenShare = Num.Min(1f, surface.Layers.SheenColour.MaxComponent() * sheen);
        surface.Layers.UnderSheen = surface.Layers.UnderCoat * (1f - sheenShare);
        PrepareFresnel(ref surface, outgoing.Z);

        // The table knows one alpha. A brushed surface loses less than one of the mean alpha seen at grazing angles.
        var mean = MathF.Sqrt(surface.Layers.AlphaX * surface.Layers.AlphaY);
        Bsdf.AlbedoOf(scene, outgoing.Z, 0.5f * (mean + surface.Layers.AlphaY), out var a, out var b);
        var lost = (1f / (a + b)) - 1f;
        var dielectric = ((surface.Layers.DielectricF0 * a) + new Vec3(surface.Layers.DielectricF90 * b))
            .MaxComponent() * (1f + (surface.Layers.DielectricF0.MaxComponent() * lost));
        surface.Regained = new Vec3(1f) + (surface.F0 * lost);
        var body = surface.Base * (1f - surface.Metallic);
        surface.Diffuse = body * ((1f - surface.Layers.Transmission) * Num.Max(0f, 1f - dielectric));
        surface.Layers.Through = body * surface.Layers.Transmission;
        var specular = surface.Layers.Transmission > 0f
            ? Fresnel(surface, outgoing.Z)
            : (surface.F0 * a) + (surface.Layers.F90 * b);
        var reflected = surface.Layers.UnderSheen * specular.Luminance();
        var scattered = (surface.Layers.UnderSheen * surface.Diffuse.Luminance())
            + (surface.Layers.UnderCoat * sheen * surface.Layers.SheenColour.Luminance());
        var through = surface.Layers.UnderSheen
            * (surface.Layers.Through * Passed(surface, outgoing.Z)).Luminance();
        SetChances(ref surface, 1f - surface.Layers.UnderCoat, reflected, scattered, through);
    }

    /// <summary>Share of light that the coat sends back whose way has this cosine with its normal.</summary>
    public static float CoatFresnel(float cosine) =>
        CoatF0 + ((1f - CoatF0) * Ggx.Pow5(1f - Num.Clamp(cosine, 0f, 1f)));

    /// <summary>
    /// What is left of light after that way through a medium (Beer and Lambert). Before a light that is infinitely far
    /// away a medium takes nothing: what light comes from there has not been in it for all of the way.
    /// </summary>
    public static Vec3 Attenuation(Vec3 perLength, float length) =>
        perLength.MaxComponent() > 0f && length < 0.5f * Lights.FarAway
            ? new(Num.Exp(-perLength.X * length), Num.Exp(-perLength.Y * length), Num.Exp(-perLength.Z * length))
            : new Vec3(1f);

    /// <summary>
    /// BSDF times cosine, and the chance per solid angle with which <see cref="Sample"/> draws it. What passes a
    /// <see cref="ClearWall"/> is no part of it.
    /// </summary>
    public static Vec3 Evaluate(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        pdf = 0f;

        if (outgoing.Z <= 0f)
        {
            return default;
        }

        return incoming.Z > 0f
            ? Reflected(surface, outgoing, incoming, out pdf)
            : incoming.Z < 0f && surface.Layers.ThroughChance > 0f && !ClearWall.Is(surface.Layers)
                ? IsStraight(surface.Layers)
                    ? PassedStraight(surface, outgoing, incoming, out pdf)
                    : Refracted(surface, outgoing, incoming, out pdf)
                : default;
    }

    /// <summary>Draws a direction; the zero vector means the sample is lost.</summary>
    public static Vec3 Sample(in Surface surface, Vec3 outgoing, float lobe, float u, float v)
    {
        if (lobe < surface.Layers.CoatChance)
        {
            var basis = Basis.About(surface.Layers.CoatNormal);
            var seen = basis.ToLocal(outgoing);
            var coatHalf = Ggx.VisibleNormal(seen, surface.Layers.CoatAlpha, u, v);

            return Above(basis.ToWorld((coatHalf * (2f * Vec3.Dot(seen, coatHalf))) - seen));
        }

        lobe -= surface.Layers.CoatChance;

        if (lobe < surface.Layers.SpecularChance)
        {
            var half = GgxAnisotropic.VisibleNormal(outgoing, surface.Layers.AlphaX, surface.Layers.AlphaY, u, v);

            return Above((half * (2f * Vec3.Dot(outgoing, half))) - outgoing);
        }

        lobe -= surface.Layers.SpecularChance;

        if (lobe < surface.Layers.ThroughChance)
        {
            var half = GgxAnisotropic.VisibleNormal(outgoing, surface.Layers.AlphaX, surface.Layers.AlphaY, u, v);

            if (IsStraight(surface.Layers))
            {
                var mirrored = Above((half * (2f * Vec3.Dot(outgoing, half))) - outgoing);

                return new Vec3(mirrored.X, mirrored.Y, -mirrored.Z);
            }

            var bent = Dielectric.Refract(outgoing, half, surface.Layers.Eta);

            return bent.Z < 0f ? bent : default;
        }

        Num.SinCosTurns(u, out var sine, out var cosine);
        var radius = MathF.Sqrt(v);

        return new Vec3(radius * cosine, radius * sine, MathF.Sqrt(Num.Max(0f, 1f - v)));
    }

    private static Vec3 Above(Vec3 direction) => direction.Z > 0f ? direction : default;

    /// <summary>Thin walls, and volumes that do not bend light.</summary>
    public static bool IsStraight(in Layers layers) =>
        layers.Thin != 0 || Num.Abs(layers.Eta - 1f) < Dielectric.StraightWithin;

    private static void PrepareCoat<TScene>(TScene scene, ref Layers layers, Vec3 outgoing)
        where TScene : struct, ISceneData
    {
        // A coat normal that faces away from the viewer would shade black.
        layers.CoatNormal = Vec3.Dot(layers.CoatNormal, outgoing) > 1e-4f ? layers.CoatNormal : new Vec3(0f, 0f, 1f);
        Bsdf.AlbedoOf(
            scene, Vec3.Dot(layers.CoatNormal, outgoing), layers.CoatAlpha, out var a, out var b);
        layers.CoatRegained = 1f + (CoatF0 * ((1f / (a + b)) - 1f));
        layers.UnderCoat = 1f - Num.Clamp(layers.Coat * ((CoatF0 * a) + b) * layers.CoatRegained, 0f, 1f);
    }

    private static void PrepareFresnel(ref Surface surface, float cosine)
    {
        surface.F0 = Num.Lerp(surface.Layers.DielectricF0, surface.Base, surface.Metallic);
        surface.Layers.F90 = Num.Lerp(new Vec3(surface.Layers.DielectricF90), new Vec3(1f), surface.Metallic);

        if (surface.Layers.Film > 0f)
        {
            var seen = ThinFilm.Reflectance(
                surface.F0, surface.Layers.FilmIndex, surface.Layers.FilmThickness, Num.Clamp(cosine, 0f, 1f));

            // Back to normal incidence, so that the film can stand in for F0 (as the extension's renderers do).
            var grazing = Ggx.Pow5(1f - Num.Clamp(cosine, 0f, 1f));
            var film = (seen - new Vec3(grazing)) * (1f / Num.Max(1f - grazing, 1e-3f));
            film = new Vec3(Num.Clamp(film.X, 0f, 1f), Num.Clamp(film.Y, 0f, 1f), Num.Clamp(film.Z, 0f, 1f));
            surface.F0 = Num.Lerp(surface.F0, film, surface.Layers.Film);
            surface.Layers.DielectricF0 = Num.Lerp(surface.Layers.DielectricF0, film, surface.Layers.Film);
        }
    }

    private static void SetChances(ref Surface surface, float coat, float reflected, float scattered, float through)
    {
        var floor = ChanceMin * (coat + reflected + scattered + through);
        coat = surface.Layers.Coat > 0f ? Num.Max(coat, floor) : 0f;
        reflected = Num.Max(reflected, floor);
        scattered = scattered > 0f ? Num.Max(scattered, floor) : 0f;
        through = surface.Layers.Through.MaxComponent() > 0f ? Num.Max(through, floor) : 0f;
        var total = coat + reflected + scattered + through;
        var scale = total > 0f ? 1f / total : 0f;
        surface.Layers.CoatChance = coat * scale;
        surface.Layers.SpecularChance = scattered + coat + through > 0f ? reflected * scale : 1f;
        surface.Layers.ThroughChance = through * scale;
    }

    private static float Rise(in Surface surface, float cosine) =>
        surface.Layers.Transmission > 0f
            ? Dielectric.Shape(cosine, surface.Layers.Eta)
            : Ggx.Pow5(1f - Num.Clamp(cosine, 0f, 1f));

    private static Vec3 Fresnel(in Surface surface, float cosine) =>
        surface.F0 + ((surface.Layers.F90 - surface.F0) * Rise(surface, cosine));

    /// <summary>What the boundary does not reflect.</summary>
    public static Vec3 Passed(in Surface surface, float cosine) =>
        new Vec3(1f) - surface.Layers.DielectricF0
        - ((new Vec3(surface.Layers.DielectricF90) - surface.Layers.DielectricF0) * Rise(surface, cosine));

    private static Vec3 Reflected(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        var half = (outgoing + incoming).Normalized();
        var cosine = incoming.Z * Num.InversePi;
        var drawn = GgxAnisotropic.Distribution(half, surface.Layers.AlphaX, surface.Layers.AlphaY)
            * GgxAnisotropic.Masking(outgoing, surface.Layers.AlphaX, surface.Layers.AlphaY) / (4f * outgoing.Z);
        var rest = GgxAnisotropic.JointRest(outgoing, incoming, surface.Layers.AlphaX, surface.Layers.AlphaY);
        var diffuseChance = Num.Max(
            0f,
            1f - surface.Layers.CoatChance - surface.Layers.SpecularChance - surface.Layers.ThroughChance);
        pdf = (surface.Layers.SpecularChance * drawn) + (diffuseChance * cosine);
        var sum = Fresnel(surface, Vec3.Dot(outgoing, half)) * surface.Regained * (drawn * rest);
        sum = (sum + (surface.Diffuse * cosine)) * surface.Layers.UnderSheen;

        if (surface.Layers.SheenColour.MaxComponent() > 0f)
        {
            sum += surface.Layers.SheenColour
                * (surface.Layers.UnderCoat * Sheen.Evaluate(outgoing, incoming, surface.Layers.SheenAlpha));
        }

        return surface.Layers.CoatChance > 0f ? sum + Coated(surface.Layers, outgoing, incoming, half, ref pdf) : sum;
    }

    private static Vec3 Coated(in Layers layers, Vec3 outgoing, Vec3 incoming, Vec3 half, ref float pdf)
    {
        var seen = Vec3.Dot(outgoing, layers.CoatNormal);
        var lit = Vec3.Dot(incoming, layers.CoatNormal);

        if (seen <= 0f || lit <= 0f)
        {
            return default;
        }

        var alpha2 = layers.CoatAlpha * layers.CoatAlpha;
        var drawn = Ggx.Distribution(Basis.About(layers.CoatNormal).ToLocal(half), alpha2)
            * Ggx.Masking(seen, alpha2) / (4f * seen);
        var fresnel = CoatFresnel(Vec3.Dot(outgoing, half));
        pdf += layers.CoatChance * drawn;

        return new Vec3(layers.Coat * fresnel * layers.CoatRegained * drawn * Ggx.JointRest(seen, lit, alpha2));
    }

    private static Vec3 PassedStraight(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        var mirrored = new Vec3(incoming.X, incoming.Y, -incoming.Z);
        var half = (outgoing + mirrored).Normalized();
        var drawn = GgxAnisotropic.Distribution(half, surface.Layers.AlphaX, surface.Layers.AlphaY)
            * GgxAnisotropic.Masking(outgoing, surface.Layers.AlphaX, surface.Layers.AlphaY) / (4f * outgoing.Z);
        var rest = GgxAnisotropic.JointRest(outgoing, mirrored, surface.Layers.AlphaX, surface.Layers.AlphaY);
        pdf = surface.Layers.ThroughChance * drawn;

        return surface.Layers.Through * Passed(surface, Vec3.Dot(outgoing, half))
            * (surface.Layers.UnderSheen * drawn * rest);
    }

    private static Vec3 Refracted(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        var eta = surface.Layers.Eta;
        var half = (outgoing + (incoming * eta)).Normalized();
        half = half.Z < 0f ? -half : half;
        var before = Vec3.Dot(outgoing, half);
        var behind = Vec3.Dot(incoming, half);
        pdf = 0f;

        if (before <= 0f || behind >= 0f)
        {
            return default;
        }

        var root = behind + (before / eta);
        var drawn = GgxAnisotropic.Distribution(half, surface.Layers.AlphaX, surface.Layers.AlphaY)
            * GgxAnisotropic.Masking(outgoing, surface.Layers.AlphaX, surface.Layers.AlphaY)
            * before * -behind / (outgoing.Z * Num.Max(root * root, 1e-12f));
        var rest = GgxAnisotropic.JointRest(outgoing, incoming, surface.Layers.AlphaX, surface.Layers.AlphaY);
        pdf = surface.Layers.ThroughChance * drawn;

        // Radiance grows with the square of the index, and shrinks by it again when the light leaves.
        return surface.Layers.Through * Passed(surface, before)
            * (surface.Layers.UnderSheen * drawn * rest / (eta * eta));
    }
}
