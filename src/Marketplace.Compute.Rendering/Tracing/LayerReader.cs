using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>Reads the layers of a material at a hit: factors times textures, as each extension says.</summary>
internal static class LayerReader
{
    /// <summary>The roughness below which the sheen's distribution runs out of floats.</summary>
    private const float SheenRoughnessMin = 0.07f;

    /// <summary>Nothing is combined yet: <see cref="LayeredBsdf.Prepare"/> does that.</summary>
    public static Layers At<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, ref Surface surface, bool front)
        where TScene : struct, ISceneData
    {
        var first = links.W * MaterialRows.Count;
        var strengths = scene.MaterialRow(first + MaterialRows.Layers);
        var glass = scene.MaterialRow(first + MaterialRows.Glass);
        var coatTextures = scene.MaterialRow(first + MaterialRows.CoatTextures);
        var layers = default(Layers);
        layers.Coat = strengths.X * Red(scene, coatTextures.X, hit, links);
        var coatRoughness = strengths.Y * Green(scene, coatTextures.Y, hit, links);
        layers.CoatAlpha = Num.Max(Surface.AlphaMin, coatRoughness * coatRoughness);
        layers.Transmission = glass.X * Red(scene, coatTextures.W, hit, links);
        layers.Thin = glass.Z > 0f ? 0 : 1;
        layers.Leaving = layers.Thin == 0 && !front ? 1 : 0;
        layers.Eta = layers.Leaving != 0 ? 1f / Num.Max(glass.Y, 1f) : Num.Max(glass.Y, 1f);

        if (layers.Thin == 0 && front)
        {
            layers.Beyond = scene.MaterialRow(first + MaterialRows.Volume).Xyz;
        }

        ReadSpecular(scene, first, hit, links, glass.Y, ref layers);
        ReadSheen(scene, first, hit, links, strengths.Z, ref layers);
        ReadFilm(scene, first, hit, links, glass.W, ref layers);
        ReadAnisotropy(scene, first, hit, instance, links, strengths.W, surface, ref layers);
        layers.CoatNormal = CoatNormal(scene, first, hit, instance, links, surface.GeometricNormal);

        if (layers.Leaving != 0 && layers.Transmission > 0f)
        {
            // Coat and sheen lie on the outside.
            layers.Coat = 0f;
            layers.SheenColour = default;
        }

        return layers;
    }

    /// <summary>
    /// Share of what the surface under the coat emits towards a viewer that passes the coat (KHR_materials_clearcoat).
    /// </summary>
    /// <param name="scene">The scene.</param>
    /// <param name="hit">Where.</param>
    /// <param name="instance">Of which instance, or 0.</param>
    /// <param name="links">The triangle's.</param>
    /// <param name="geometric">The triangle's normal on the viewer's side.</param>
    /// <param name="towards">The viewer.</param>
    /// <param name="front">The viewer is before the triangle.</param>
    public static float UnderCoat<TScene>(
        TScene scene, Hit hit, int instance, Int4 links, Vec3 geometric, Vec3 towards, bool front)
        where TScene : struct, ISceneData
    {
        var first = links.W * MaterialRows.Count;
        var strength = scene.MaterialRow(first + MaterialRows.Layers).X;

        if (strength <= 0f || scene.MaterialRow(first + MaterialRows.Sheen).W != MaterialRows.KindLayered)
        {
            return 1f;
        }

        var glass = scene.MaterialRow(first + MaterialRows.Glass);
        var textures = scene.MaterialRow(first + MaterialRows.CoatTextures);

        // Coat and sheen lie on the outside.
        if (glass.Z > 0f && !front && glass.X * Red(scene, textures.W, hit, links) > 0f)
        {
            return 1f;
        }

        // Either side of a normal that a map turned away: no viewer sees more than grazing light.
        var cosine = Num.Abs(Vec3.Dot(CoatNormal(scene, first, hit, instance, links, geometric), towards));

        return 1f - (strength * Red(scene, textures.X, hit, links) * LayeredBsdf.CoatFresnel(cosine));
    }

    private static void ReadSpecular<TScene>(
        TScene scene, int first, Hit hit, Int4 links, float index, ref Layers layers)
        where TScene : struct, ISceneData
    {
        var specular = scene.MaterialRow(first + MaterialRows.Specular);
        var textures = scene.MaterialRow(first + MaterialRows.SpecularTextures);
        var strength = specular.W * Alpha(scene, textures.X, hit, links);
        var colour = specular.Xyz * Colour(scene, textures.Y, hit, links);
        var ratio = (index - 1f) / (index + 1f);

        // Index zero stands for a mirror in all colours (KHR_materials_ior).
        var f0 = index <= 0f ? 1f : ratio * ratio;
        layers.DielectricF0 = new Vec3(
            Num.Min(f0 * colour.X, 1f), Num.Min(f0 * colour.Y, 1f), Num.Min(f0 * colour.Z, 1f)) * strength;
        layers.DielectricF90 = layers.Leaving != 0 ? 1f : strength;
    }

    private static void ReadSheen<TScene>(
        TScene scene, int first, Hit hit, Int4 links, float roughness, ref Layers layers)
        where TScene : struct, ISceneData
    {
        var textures = scene.MaterialRow(first + MaterialRows.SpecularTextures);
        layers.SheenColour = scene.MaterialRow(first + MaterialRows.Sheen).Xyz
            * Colour(scene, textures.Z, hit, links);
        roughness = Num.Clamp(roughness * Alpha(scene, textures.W, hit, links), SheenRoughnessMin, 1f);
        layers.SheenAlpha = roughness * roughness;
    }

    private static void ReadFilm<TScene>(
        TScene scene, int first, Hit hit, Int4 links, float strength, ref Layers layers)
        where TScene : struct, ISceneData
    {
        var textures = scene.MaterialRow(first + MaterialRows.FilmTextures);
        var range = scene.MaterialRow(first + MaterialRows.Film);
        layers.Film = strength * Red(scene, textures.Y, hit, links);
        layers.FilmIndex = scene.MaterialRow(first + MaterialRows.Volume).W;
        layers.FilmThickness = Num.Lerp(range.Z, range.W, Green(scene, textures.Z, hit, links));
        layers.Film = layers.FilmThickness > 0f ? layers.Film : 0f;
    }

    /// <summary>KHR_materials_anisotropy: the alpha along the direction grows to 1 with the strength squared.</summary>
    private static void ReadAnisotropy<TScene>(
        TScene scene,
        int first,
        Hit hit,
        int instance,
        Int4 links,
        float strength,
        in Surface surface,
        ref Layers layers)
        where TScene : struct, ISceneData
    {
        layers.AlphaX = surface.Alpha;
        layers.AlphaY = surface.Alpha;

        if (!(strength > 0f))
        {
            return;
        }

        var turn = scene.MaterialRow(first + MaterialRows.Film);
        var texture = (int)scene.MaterialRow(first + MaterialRows.FilmTextures).X;
        var x = turn.X;
        var y = turn.Y;

        if (texture >= 0)
        {
            var texel = Texturing.Sample(scene, texture, links, hit.U, hit.V);
            var along = (texel.X * 2f) - 1f;
            var across = (texel.Y * 2f) - 1f;
            x = (turn.X * along) - (turn.Y * across);
            y = (turn.Y * along) + (turn.X * across);
            strength *= texel.Z;
        }

        var tangent = Surface.TangentAt(scene, hit, instance, links, surface.Normal, out var bitangent);
        layers.Tangent = (tangent * x) + (bitangent * y);
        layers.AlphaX = Num.Lerp(surface.Alpha, 1f, Num.Clamp(strength * strength, 0f, 1f));
    }

    private static Vec3 CoatNormal<TScene>(
        TScene scene, int first, Hit hit, int instance, Int4 links, Vec3 geometric)
        where TScene : struct, ISceneData
    {
        var normal = Surface.SmoothNormal(scene, hit, instance, links, geometric);
        var map = (int)scene.MaterialRow(first + MaterialRows.CoatTextures).Z;

        if (map >= 0)
        {
            var scale = scene.MaterialRow(first + MaterialRows.FilmTextures).W;
            normal = Surface.Mapped(scene, hit, instance, links, map, scale, normal);
        }

        return Vec3.Dot(normal, geometric) < 0f ? -normal : normal;
    }

    private static float Red<TScene>(TScene scene, float texture, Hit hit, Int4 links)
        where TScene : struct, ISceneData =>
        texture < 0f ? 1f : Texturing.Sample(scene, (int)texture, links, hit.U, hit.V).X;

    private static float Green<TScene>(TScene scene, float texture, Hit hit, Int4 links)
        where TScene : struct, ISceneData =>
        texture < 0f ? 1f : Texturing.Sample(scene, (int)texture, links, hit.U, hit.V).Y;

    private static float Alpha<TScene>(TScene scene, float texture, Hit hit, Int4 links)
        where TScene : struct, ISceneData =>
        texture < 0f ? 1f : Texturing.Sample(scene, (int)texture, links, hit.U, hit.V).W;

    private static Vec3 Colour<TScene>(TScene scene, float texture, Hit hit, Int4 links)
        where TScene : struct, ISceneData =>
        texture < 0f ? new Vec3(1f) : Texturing.Sample(scene, (int)texture, links, hit.U, hit.V).Xyz;
}
