using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Bvh;

/// <summary>Alpha masks, and alpha blending as a chance to pass drawn from ray and triangle.</summary>
internal static class AlphaTest
{
    /// <summary>Each copy of a triangle draws for itself: a ray that passes one must not pass all.</summary>
    public static uint SaltIn(int instance, uint salt) => salt ^ ((uint)instance * 0x9E3779B1u);

    public static bool Stops<TScene>(TScene scene, Hit hit, uint salt)
        where TScene : struct, ISceneData =>
        scene.TriangleRow(hit.Triangle * 3).W == 0f || StopsThere(scene, hit, salt);

    /// <summary>
    /// The chance that a ray is stopped at a point: what light sampling counts, whose rays end before they meet it.
    /// </summary>
    public static float Opacity<TScene>(TScene scene, Hit hit)
        where TScene : struct, ISceneData =>
        scene.TriangleRow(hit.Triangle * 3).W == 0f ? 1f : OpacityThere(scene, hit);

    private static bool StopsThere<TScene>(TScene scene, Hit hit, uint salt)
        where TScene : struct, ISceneData
    {
        var drawn = Hash(salt ^ (uint)hit.Triangle) * (1f / 16777216f);

        return drawn < OpacityThere(scene, hit);
    }

    private static float OpacityThere<TScene>(TScene scene, Hit hit)
        where TScene : struct, ISceneData
    {
        var links = scene.TriangleLinks(hit.Triangle);
        var alpha = Texturing.Alpha(scene, links, hit.U, hit.V);
        var cutoff = scene.MaterialRow((links.W * MaterialRows.Count) + MaterialRows.Physical).Z;

        // A negative cutoff marks blending.
        return cutoff < 0f ? Num.Clamp(alpha, 0f, 1f) : alpha >= cutoff ? 1f : 0f;
    }

    /// <summary>24 bits of the PCG output permutation (Jarzynski and Olano 2020).</summary>
    private static uint Hash(uint x)
    {
        var state = (x * 747796405u) + 2891336453u;
        var word = ((state >> (int)((state >> 28) + 4u)) ^ state) * 277803737u;

        return ((word >> 22) ^ word) >> 8;
    }
}
