using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>All lights with their chance to be drawn, in proportion to power.</summary>
internal sealed class LightTable
{
    private LightTable(Float4[] rows, float[] densities)
    {
        Rows = rows;
        Densities = densities;
    }

    public Float4[] Rows { get; }

    /// <summary>For each triangle the chance per area that light sampling draws a point on it.</summary>
    public float[] Densities { get; }

    public int Count => Rows.Length / LightRows.Count;

    /// <summary>The punctual lights, which stand behind the others.</summary>
    public required int PunctualCount { get; init; }

    public static LightTable Build(
        ReadOnlySpan<Int4> triangles,
        List<Vec3> positions,
        SceneBuilder materials,
        List<LightSource> punctual,
        float sceneRadius)
    {
        var means = new Vec3[materials.MaterialCount];

        for (var i = 0; i < means.Length; i++)
        {
            means[i] = materials.MeanEmission(i);
        }

        var emissive = new List<(int Triangle, float Area)>();
        var powers = new List<float>();

        for (var i = 0; i < triangles.Length; i++)
        {
            var radiance = means[triangles[i].W].Luminance();

            if (radiance > 0f)
            {
                var area = Area(triangles[i], positions);
                emissive.Add((i, area));
                powers.Add(radiance * area * Num.Pi * (materials.EmitsOnBothSides(triangles[i].W) ? 2f : 1f));
            }
        }

        powers.AddRange(punctual.Select(light => PowerOf(light, sceneRadius)));
        var drawn = AliasTable.Of([.. powers]);
        var rows = new Float4[powers.Count * LightRows.Count];
        var densities = new float[triangles.Length];

        for (var i = 0; i < powers.Count; i++)
        {
            var kind = i < emissive.Count ? LightRows.KindTriangle : punctual[i - emissive.Count].Kind;
            rows[i * LightRows.Count] = new Float4(
                drawn.Keep[i], LightRows.WordOf(drawn.Alias[i]), kind, drawn.Chance[i]);

            if (i < emissive.Count)
            {
                rows[(i * LightRows.Count) + LightRows.Place] = new Float4(
                    LightRows.WordOf(emissive[i].Triangle), 0f, 0f, 0f);
                densities[emissive[i].Triangle] = drawn.Chance[i] / emissive[i].Area;
            }
            else
            {
                Write(rows.AsSpan(i * LightRows.Count, LightRows.Count), punctual[i - emissive.Count]);
            }
        }

        return new LightTable(rows, densities) { PunctualCount = punctual.Count };
    }

    private static void Write(Span<Float4> rows, LightSource light)
    {
        var directional = light.Kind == LightRows.KindDirectional;
        var spread = 1f / Num.Max(0.001f, light.CosInner - light.CosOuter);
        rows[LightRows.Place] = new Float4(directional ? light.Direction : light.Position, spread);
        rows[LightRows.Power] = new Float4(light.Power, light.Range);
        rows[LightRows.Cone] = new Float4(light.Direction, light.CosOuter);
    }

    /// <summary>Watts as the scene gets them; a directional light shines on the scene's cross-section.</summary>
    private static float PowerOf(LightSource light, float sceneRadius) => light.Power.Luminance() * light.Kind switch
    {
        LightRows.KindDirectional => Num.Pi * sceneRadius * sceneRadius,
        LightRows.KindSpot => Num.TwoPi * (1f - light.CosOuter),
        _ => 2f * Num.TwoPi,
    };

    private static float Area(Int4 triangle, List<Vec3> positions) => 0.5f * Vec3.Cross(
        positions[triangle.Y] - positions[triangle.X], positions[triangle.Z] - positions[triangle.X]).Length();
}
