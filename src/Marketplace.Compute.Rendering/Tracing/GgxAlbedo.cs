using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// How much a GGX lobe reflects in all directions together, by cosine and roughness: reflectance F0 gives F0 A + B
/// (Karis 2013). What single scattering loses, and what a coat leaves to the base, follows from it. Made by plain
/// integration in a fixed order, so that every machine has the same table.
/// </summary>
internal static class GgxAlbedo
{
    /// <summary>Cells a side, cosine by roughness.</summary>
    public const int Size = 32;

    private const int SamplesRoot = 16;

    /// <summary>Where the cells of <see cref="Sheen"/> begin in the table.</summary>
    public const int SheenFirst = Size * Size * 2;

    /// <summary>
    /// A and B of each cell, side by side; the roughness grows from row to row. Then the albedo of the sheen, one
    /// number a cell.
    /// </summary>
    public static float[] Table { get; } = [.. Make(), .. Sheen.Albedos()];

    private static float[] Make()
    {
        var table = new float[Size * Size * 2];

        for (var row = 0; row < Size; row++)
        {
            var roughness = (row + 0.5f) / Size;

            for (var column = 0; column < Size; column++)
            {
                Integrate(
                    (column + 0.5f) / Size, Num.Max(roughness * roughness, Surface.AlphaMin), out var a, out var b);
                table[((row * Size) + column) * 2] = a;
                table[(((row * Size) + column) * 2) + 1] = b;
            }
        }

        return table;
    }

    private static void Integrate(float cosine, float alpha, out float a, out float b)
    {
        var outgoing = new Vec3(MathF.Sqrt(1f - (cosine * cosine)), 0f, cosine);
        a = 0f;
        b = 0f;

        for (var i = 0; i < SamplesRoot * SamplesRoot; i++)
        {
            var u = ((i % SamplesRoot) + 0.5f) / SamplesRoot;
            var v = ((i / SamplesRoot) + 0.5f) / SamplesRoot;
            var half = Ggx.VisibleNormal(outgoing, alpha, u, v);
            var incoming = (half * (2f * Vec3.Dot(outgoing, half))) - outgoing;

            if (incoming.Z > 0f)
            {
                var rest = Ggx.JointRest(outgoing.Z, incoming.Z, alpha * alpha);
                var grazing = Ggx.Pow5(1f - Num.Clamp(Vec3.Dot(outgoing, half), 0f, 1f));
                a += rest * (1f - grazing);
                b += rest * grazing;
            }
        }

        a *= 1f / (SamplesRoot * SamplesRoot);
        b *= 1f / (SamplesRoot * SamplesRoot);
    }
}
