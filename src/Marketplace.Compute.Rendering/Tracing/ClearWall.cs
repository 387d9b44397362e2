using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// Smooth surfaces behind which light goes straight on: window panes, soap bubbles, and volumes of the index of air.
/// What passes them is no lobe but the ray itself, dimmed and tinted, as at an alpha-blended surface. So a lamp is
/// found through them from the surface that it lights, with the chances of that surface; without this no ray would ever
/// meet the direction in which a sun stands behind a pane. Rough panes and glass that bends light are not among them.
/// </summary>
internal static class ClearWall
{
    /// <summary>
    /// The largest GGX alpha of a wall that counts as smooth: roughness 0.05, which blurs by a seventh of a degree.
    /// </summary>
    public const float AlphaMax = 2.5e-3f;

    /// <summary>Whether light that passes goes on as the same ray.</summary>
    public static bool Is(in Layers layers) =>
        layers.ThroughChance > 0f
        && LayeredBsdf.IsStraight(layers)
        && (layers.Thin == 0 || Num.Max(layers.AlphaX, layers.AlphaY) <= AlphaMax);

    /// <summary>Whether the lobe that was drawn is the way through such a wall.</summary>
    public static bool IsPassed(in Surface surface, float lobe)
    {
        // In the steps of LayeredBsdf.Sample, so that both round alike.
        lobe = lobe - surface.Layers.CoatChance - surface.Layers.SpecularChance;

        return lobe >= 0f && lobe < surface.Layers.ThroughChance && Is(surface.Layers);
    }

    /// <summary>The share of light that passes, whose way has this cosine with the normal.</summary>
    public static Vec3 Share(in Surface surface, float cosine) =>
        surface.Layers.Through * LayeredBsdf.Passed(surface, cosine) * surface.Layers.UnderSheen;

    /// <summary>Where the ray goes on.</summary>
    public static Vec3 Behind(in Surface surface, float lift) =>
        surface.Position - (surface.GeometricNormal * lift);

    /// <summary>Attenuation per length there.</summary>
    public static Vec3 MediumBehind(in Surface surface, Vec3 before) =>
        surface.Layers.Thin != 0 ? before : surface.Layers.Beyond;

    /// <summary>The share of light that comes along a shadow ray through clear walls and media.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="origin">Where the ray begins.</param>
    /// <param name="direction">Of unit length.</param>
    /// <param name="distance">To the lamp.</param>
    /// <param name="medium">Attenuation per length where it begins.</param>
    /// <param name="walls">The most walls that it may pass.</param>
    /// <param name="salt">What decisions at see-through surfaces are drawn from.</param>
    public static Vec3 ShareBetween<TScene>(
        TScene scene, Vec3 origin, Vec3 direction, float distance, Vec3 medium, int walls, uint salt)
        where TScene : struct, ISceneData
    {
        var share = new Vec3(1f);
        var going = true;

        while (going)
        {
            var hit = scene.Closest(origin, direction, distance, salt, out var instance);
            going = hit.Triangle >= 0;
            share *= LayeredBsdf.Attenuation(medium, going ? hit.T : distance);

            if (going && (walls == 0 || !IsGlass(scene, hit)))
            {
                share = default;
                going = false;
            }

            if (going)
            {
                Surface.At(scene, hit, instance, origin, direction, out var surface);
                share *= Is(surface.Layers) ? Share(surface, -Vec3.Dot(surface.Normal, direction)) : default;
                going = share.MaxComponent() > 0f;
                origin = Behind(surface, PathIntegrator.Lift(scene, surface.Position) + surface.Lift);
                medium = MediumBehind(surface, medium);
                distance -= hit.T;
                walls--;
            }
        }

        return share;
    }

    /// <summary>Whether a material of these rows may make such a wall somewhere.</summary>
    public static bool MayBe(ReadOnlySpan<Float4> rows)
    {
        var glass = rows[MaterialRows.Glass];
        var roughness = rows[MaterialRows.Physical].Y;

        return rows[MaterialRows.Sheen].W == MaterialRows.KindLayered
            && glass.X > 0f
            && (glass.Z > 0f
                ? Num.Abs(glass.Y - 1f) < 2f * Dielectric.StraightWithin
                : roughness * roughness <= AlphaMax || rows[MaterialRows.Textures].Y >= 0f);
    }

    /// <summary>Whether it is glass at all: asked first, for most of what stands in the way is not.</summary>
    private static bool IsGlass<TScene>(TScene scene, Hit hit)
        where TScene : struct, ISceneData
    {
        var material = scene.TriangleLinks(hit.Triangle).W * MaterialRows.Count;

        return scene.MaterialRow(material + MaterialRows.Sheen).W == MaterialRows.KindLayered
            && scene.MaterialRow(material + MaterialRows.Glass).X > 0f;
    }
}
