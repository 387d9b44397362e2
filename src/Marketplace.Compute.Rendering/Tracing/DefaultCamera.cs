using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// The camera of a scene that has none: the orbit from the right and above. A room that is lit from within and open to
/// the front, such as a Cornell box, shows that orbit its dark outer wall; it is seen from straight ahead instead.
/// </summary>
internal static class DefaultCamera
{
    private const int Size = 24;
    private const int Samples = 4;

    /// <summary>So much more light must come from straight ahead before the usual orbit is given up.</summary>
    private const float BrighterBy = 1.3f;

    public static Camera For(SceneTables tables, Vec3 low, Vec3 high)
    {
        var orbit = Camera.Orbit(low, high);

        if (tables.Constants.LightCount == 0)
        {
            return orbit;
        }

        var ahead = Camera.Orbit(low, high, 0f, 0f);
        var constants = tables.Constants;
        constants.EnvironmentWidth = 0;
        constants.EnvironmentHeight = 0;
        constants.EnvironmentShare = 0f;
        using var pinned = new PinnedScene(tables with { Constants = constants });

        return constants.InstanceCount > 0
            ? Brighter(pinned.As<TwoLevels>(), ahead, orbit)
            : Brighter(pinned.As<OneLevel>(), ahead, orbit);
    }

    private static Camera Brighter<TScene>(TScene scene, Camera ahead, Camera orbit)
        where TScene : struct, ISceneData =>
        LightTowards(scene, ahead) > LightTowards(scene, orbit) * BrighterBy ? ahead : orbit;

    /// <summary>Display light that reaches a small picture: what is brighter than white counts as white.</summary>
    private static float LightTowards<TScene>(TScene scene, Camera camera)
        where TScene : struct, ISceneData
    {
        var view = new RenderView { Width = Size, Height = Size, Camera = camera }.ToConstants();
        var sum = 0f;

        for (var i = 0; i < Size * Size; i++)
        {
            var light = PathIntegrator.SumSamples(scene, view, i % Size, i / Size, 0, Samples, default);
            sum += Num.Min(light.Luminance() / Samples, 1f);
        }

        return sum;
    }
}
