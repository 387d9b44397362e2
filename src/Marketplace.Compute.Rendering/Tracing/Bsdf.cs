using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// glTF 2.0 Appendix B: a diffuse base under a GGX coat of index 1.5, mixed with a GGX metal; with two additions that
/// keep energy: the base gets what the coat as a whole leaves over, and the lobe gets back what single scattering
/// loses (Fdez-Aguera 2019, Turquin 2019). All directions are unit vectors that leave the surface; the shading normal
/// is the local z.
/// </summary>
internal static class Bsdf
{
    /// <summary>Reflectance at normal incidence of index 1.5.</summary>
    private const float DielectricF0 = 0.04f;

    /// <summary>Looks up what depends on the view only. Must be called before the others.</summary>
    public static void Prepare<TScene>(TScene scene, ref Surface surface, float cosine)
        where TScene : struct, ISceneData
    {
        AlbedoOf(scene, cosine, surface.Alpha, out var a, out var b);
        var lost = (1f / (a + b)) - 1f;
        surface.F0 = Num.Lerp(new Vec3(DielectricF0), surface.Base, surface.Metallic);
        surface.Regained = new Vec3(1f) + (surface.F0 * lost);
        var coat = ((DielectricF0 * a) + b) * (1f + (DielectricF0 * lost));
        surface.Diffuse = surface.Base * ((1f - surface.Metallic) * Num.Max(0f, 1f - coat));
        var specular = ((surface.F0 * a) + new Vec3(b)).Luminance();
        var diffuse = surface.Diffuse.Luminance();

        // The share of samples spent on the lobe is its part of the albedo, never starved.
        surface.SpecularShare = diffuse > 0f ? Num.Clamp(specular / (specular + diffuse), 0.1f, 0.9f) : 1f;
    }

    /// <summary>A and B of <see cref="GgxAlbedo"/>, between its cells.</summary>
    public static void AlbedoOf<TScene>(TScene scene, float cosine, float alpha, out float a, out float b)
        where TScene : struct, ISceneData
    {
        var x = (Num.Clamp(cosine, 0f, 1f) * GgxAlbedo.Size) - 0.5f;
        var y = (MathF.Sqrt(alpha) * GgxAlbedo.Size) - 0.5f;
        var x0 = Num.Max(0, Num.Min(Num.Floor(x), GgxAlbedo.Size - 2));
        var y0 = Num.Max(0, Num.Min(Num.Floor(y), GgxAlbedo.Size - 2));
        var fx = Num.Clamp(x - x0, 0f, 1f);
        var fy = Num.Clamp(y - y0, 0f, 1f);
        var cell = ((y0 * GgxAlbedo.Size) + x0) * 2;
        var below = cell + (GgxAlbedo.Size * 2);
        a = Num.Lerp(
            Num.Lerp(scene.GgxAlbedo(cell), scene.GgxAlbedo(cell + 2), fx),
            Num.Lerp(scene.GgxAlbedo(below), scene.GgxAlbedo(below + 2), fx),
            fy);
        b = Num.Lerp(
            Num.Lerp(scene.GgxAlbedo(cell + 1), scene.GgxAlbedo(cell + 3), fx),
            Num.Lerp(scene.GgxAlbedo(below + 1), scene.GgxAlbedo(below + 3), fx),
            fy);
    }

    /// <summary>BSDF times cosine, and the chance per solid angle with which <see cref="Sample"/> draws it.</summary>
    public static Vec3 Evaluate(in Surface surface, Vec3 outgoing, Vec3 incoming, out float pdf)
    {
        pdf = 0f;

        if (surface.Kind == MaterialRows.KindLayered)
        {
            return LayeredBsdf.Evaluate(surface, outgoing, incoming, out pdf);
        }

        if (incoming.Z <= 0f || outgoing.Z <= 0f)
        {
            return default;
        }

        var half = (outgoing + incoming).Normalized();
        var grazing = Ggx.Pow5(1f - Num.Clamp(Vec3.Dot(outgoing, half), 0f, 1f));
        var fresnel = surface.F0 + ((new Vec3(1f) - surface.F0) * grazing);
        var alpha2 = surface.Alpha * surface.Alpha;
        var drawn = Ggx.Distribution(half, alpha2) * Ggx.Masking(outgoing.Z, alpha2) / (4f * outgoing.Z);
        var specular = fresnel * surface.Regained * (drawn * Ggx.JointRest(outgoing.Z, incoming.Z, alpha2));
        var cosine = incoming.Z * Num.InversePi;
        pdf = (surface.SpecularShare * drawn) + ((1f - surface.SpecularShare) * cosine);

        return specular + (surface.Diffuse * cosine);
    }

    /// <summary>
    /// Draws a direction. Below the surface (z not above 0) the sample is lost, unless the surface lets light through;
    /// there z = 0 means lost.
    /// </summary>
    public static Vec3 Sample(in Surface surface, Vec3 outgoing, float lobe, float u, float v)
    {
        if (surface.Kind == MaterialRows.KindLayered)
        {
            return LayeredBsdf.Sample(surface, outgoing, lobe, u, v);
        }

        if (lobe >= surface.SpecularShare)
        {
            Num.SinCosTurns(u, out var sine, out var cosine);
            var radius = MathF.Sqrt(v);

            return new Vec3(radius * cosine, radius * sine, MathF.Sqrt(Num.Max(0f, 1f - v)));
        }

        var half = Ggx.VisibleNormal(outgoing, surface.Alpha, u, v);

        return (half * (2f * Vec3.Dot(outgoing, half))) - outgoing;
    }
}
