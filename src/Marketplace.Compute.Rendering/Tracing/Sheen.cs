using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The sheen of cloth: the Charlie distribution (Estevez and Kulla 2017) with the visibility of Neubelt and Pettineo
/// (2013), as KHR_materials_sheen allows.
/// </summary>
internal static class Sheen
{
    private const int SamplesRoot = 32;

    /// <summary>BRDF times the incoming cosine, for white sheen. Both directions lie above the surface.</summary>
    public static float Evaluate(Vec3 outgoing, Vec3 incoming, float alpha)
    {
        var half = (outgoing + incoming).Normalized();
        var sin2 = (half.X * half.X) + (half.Y * half.Y);
        var inverse = 1f / alpha;
        var distribution = (2f + inverse) * Num.Exp(0.5f * inverse * Num.LogOfFraction(sin2)) / Num.TwoPi;
        var cosines = outgoing.Z + incoming.Z - (outgoing.Z * incoming.Z);

        return distribution * incoming.Z / (4f * Num.Max(cosines, 1e-6f));
    }

    /// <summary>Share of the light that white sheen sends back, from the table.</summary>
    public static float Albedo<TScene>(TScene scene, float cosine, float alpha)
        where TScene : struct, ISceneData
    {
        var x = (Num.Clamp(cosine, 0f, 1f) * GgxAlbedo.Size) - 0.5f;
        var y = (MathF.Sqrt(alpha) * GgxAlbedo.Size) - 0.5f;
        var x0 = Num.Max(0, Num.Min(Num.Floor(x), GgxAlbedo.Size - 2));
        var y0 = Num.Max(0, Num.Min(Num.Floor(y), GgxAlbedo.Size - 2));
        var fx = Num.Clamp(x - x0, 0f, 1f);
        var fy = Num.Clamp(y - y0, 0f, 1f);
        var cell = GgxAlbedo.SheenFirst + (y0 * GgxAlbedo.Size) + x0;

        return Num.Lerp(
            Num.Lerp(scene.GgxAlbedo(cell), scene.GgxAlbedo(cell + 1), fx),
            Num.Lerp(scene.GgxAlbedo(cell + GgxAlbedo.Size), scene.GgxAlbedo(cell + GgxAlbedo.Size + 1), fx),
            fy);
    }

    /// <summary>Cosine by roughness, as <see cref="GgxAlbedo"/> has it; a midpoint rule over the hemisphere.</summary>
    public static float[] Albedos()
    {
        var table = new float[GgxAlbedo.Size * GgxAlbedo.Size];

        for (var i = 0; i < table.Length; i++)
        {
            var roughness = ((i / GgxAlbedo.Size) + 0.5f) / GgxAlbedo.Size;
            var cosine = ((i % GgxAlbedo.Size) + 0.5f) / GgxAlbedo.Size;
            var outgoing = new Vec3(MathF.Sqrt(1f - (cosine * cosine)), 0f, cosine);
            var sum = 0f;

            for (var sample = 0; sample < SamplesRoot * SamplesRoot; sample++)
            {
                var z = ((sample / SamplesRoot) + 0.5f) / SamplesRoot;
                Num.SinCosTurns(((sample % SamplesRoot) + 0.5f) / SamplesRoot, out var sine, out var along);
                var radius = MathF.Sqrt(1f - (z * z));
                sum += Evaluate(
                    outgoing, new Vec3(radius * along, radius * sine, z), Num.Max(roughness * roughness, 4.9e-3f));
            }

            table[i] = sum * Num.TwoPi / (SamplesRoot * SamplesRoot);
        }

        return table;
    }
}
