using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>
/// One sample of one pixel: a path with next event estimation, the power heuristic (Veach 1997) and Russian roulette.
/// This is the code that both the Host and the kernels run.
/// </summary>
internal static class PathIntegrator
{
    /// <summary>Paths are cut by chance only after this many bounces.</summary>
    private const int RouletteAfter = 3;

    /// <summary>The sums of the most samples that a range may have stay finite.</summary>
    private const float SampleMax = 1e30f;

    /// <summary>
    /// Adds samples first .. first + count - 1 of a pixel, in ascending order, to the sum of those before them.
    /// </summary>
    public static Vec3 SumSamples<TScene>(
        TScene scene, in ViewConstants view, int x, int y, int first, int count, Vec3 sum)
        where TScene : struct, ISceneData
    {
        for (var sample = first; sample < first + count; sample++)
        {
            sum += Usable(Sample(scene, view, x, y, sample));
        }

        return sum;
    }

    /// <summary>
    /// A sample that is no number, or too large to be summed, counts as black: one freak of rounding must not spoil a
    /// pixel, let alone have the whole unit refused.
    /// </summary>
    public static Vec3 Usable(Vec3 sample) =>
        IsUsable(sample.X) && IsUsable(sample.Y) && IsUsable(sample.Z) ? sample : default;

    public static Vec3 Sample<TScene>(TScene scene, in ViewConstants view, int x, int y, int sample)
        where TScene : struct, ISceneData
    {
        var random = new PathSampler(view, (uint)((y * view.Width) + x), (uint)sample);
        CameraRay(view, x, y, ref random, out var origin, out var direction);

        return Radiance(scene, origin, direction, view, ref random);
    }

    /// <summary>The ray of a sample: the first two numbers of its stream choose its place in the pixel.</summary>
    public static void CameraRay(
        in ViewConstants view, int x, int y, ref PathSampler random, out Vec3 origin, out Vec3 direction)
    {
        var across = ((x + random.Next()) / view.Width * 2f) - 1f;
        var up = 1f - ((y + random.Next()) / view.Height * 2f);
        var offset = (view.Right * across) + (view.Up * up);
        origin = view.Orthographic != 0 ? view.Origin + offset : view.Origin;
        direction = view.Orthographic != 0 ? view.Forward : (view.Forward + offset).Normalized();
    }

    private static Vec3 Radiance<TScene>(
        TScene scene, Vec3 origin, Vec3 direction, in ViewConstants view, ref PathSampler random)
        where TScene : struct, ISceneData
    {
        var sum = default(Vec3);
        var path = new PathState(origin, direction);
        var salt = random.NextWord();

        for (var bounce = 0; path.Going; bounce++)
        {
            var hit = scene.Closest(
                path.Origin, path.Direction, float.MaxValue, salt + ((uint)bounce * 0x9E3779B9u), out var instance);

            if (hit.Triangle < 0)
            {
                sum += Bounded(
                    path.Throughput * Escaped(scene, path.Direction, path.DrawnPdf), bounce > 0, view);
                break;
            }

            Surface.At(scene, hit, instance, path.Origin, path.Direction, out var surface);
            surface.Medium = path.Medium;

            if (path.Medium.MaxComponent() > 0f)
            {
                path.Throughput *= LayeredBsdf.Attenuation(path.Medium, hit.T);
            }

            if (surface.Kind == MaterialRows.KindUnlit)
            {
                sum += Bounded(path.Throughput * surface.Base, bounce > 0, view);
                break;
            }

            sum += Bounded(
                path.Throughput * Met(scene, surface, path.Travelled + hit.T, path.Direction, path.DrawnPdf),
                bounce > 0,
                view);

            if (bounce >= view.MaxBounces)
            {
                break;
            }

            var throughput = path.Throughput;
            var walls = view.MaxBounces - bounce - 1;
            var direct = Scatter(scene, surface, hit.T, walls, salt ^ (uint)bounce, ref path, ref random);
            sum += Bounded(throughput * direct, bounce > 0, view);

            if (path.Going && bounce >= RouletteAfter)
            {
                // The square root ends paths later than their share of light alone would: fewer bright dots (Cycles).
                var survival = Num.Clamp(MathF.Sqrt(path.Throughput.MaxComponent()), 0.05f, 0.95f);
                path.Going = random.Next() < survival;
                path.Throughput *= 1f / survival;
            }
        }

        return sum;
    }

    /// <summary>
    /// Draws the way on from a surface into <paramref name="path"/>, which ends if there is none; answers the light
    /// that comes straight from a lamp.
    /// </summary>
    /// <param name="scene">The scene.</param>
    /// <param name="surface">Where.</param>
    /// <param name="distance">The length of the ray that met it.</param>
    /// <param name="walls">
    /// Clear walls that light from a lamp may come through: as many as the path has bounces left for, so that both ways
    /// to find a lamp see the same ones.
    /// </param>
    /// <param name="salt">What decisions on the way to a lamp are drawn from.</param>
    /// <param name="path">The path.</param>
    /// <param name="random">The sample's numbers.</param>
    private static Vec3 Scatter<TScene>(
        TScene scene,
        in Surface surface,
        float distance,
        int walls,
        uint salt,
        ref PathState path,
        ref PathSampler random)
        where TScene : struct, ISceneData
    {
        var basis = surface.Kind == MaterialRows.KindLayered
            ? Basis.Along(surface.Normal, surface.Layers.Tangent)
            : Basis.About(surface.Normal);
        var outgoing = basis.ToLocal(-path.Direction);
        var lift = Lift(scene, surface.Position) + surface.Lift;
        path.Origin = surface.Position + (surface.GeometricNormal * lift);
        random.BeginPair();
        var lobe = random.Next();
        var direct = Direct(scene, surface, basis, outgoing, path.Origin, lift, walls, salt, ref random);
        var local = Bsdf.Sample(surface, outgoing, lobe, random.Next(), random.Next());

        if (scene.HasClearWalls && surface.Kind == MaterialRows.KindLayered && ClearWall.IsPassed(surface, lobe))
        {
            path.Origin = ClearWall.Behind(surface, lift);
            path.Medium = ClearWall.MediumBehind(surface, path.Medium);
            path.Throughput *= ClearWall.Share(surface, outgoing.Z) * (1f / surface.Layers.ThroughChance);
            path.Travelled += distance;

            return direct;
        }

        var weight = Bsdf.Evaluate(surface, outgoing, local, out path.DrawnPdf);
        path.Direction = basis.ToWorld(local).Normalized();
        var side = Vec3.Dot(path.Direction, surface.GeometricNormal);

        if (surface.Kind == MaterialRows.KindLayered && surface.Layers.Transmission > 0f && local.Z < 0f)
        {
            side = -side;
            path.Origin = surface.Position - (surface.GeometricNormal * lift);
            path.Medium = surface.Layers.Thin != 0 ? path.Medium : surface.Layers.Beyond;
        }

        path.Travelled = 0f;
        path.Going = path.DrawnPdf > 0f && side > 0f;
        path.Throughput = path.Going ? path.Throughput * (weight * (1f / path.DrawnPdf)) : default;

        return direct;
    }

    private static bool IsUsable(float x) => x >= 0f && x < SampleMax;

    private static Vec3 Bounded(Vec3 light, bool indirect, in ViewConstants view)
    {
        var brightest = light.MaxComponent();

        return indirect && view.IndirectMax > 0f && brightest > view.IndirectMax
            ? light * (view.IndirectMax / brightest)
            : light;
    }

    /// <summary>The lift off a surface grows with the size of the numbers that describe the place.</summary>
    public static float Lift<TScene>(TScene scene, Vec3 position)
        where TScene : struct, ISceneData
    {
        var size = Num.Max(Num.Abs(position.X), Num.Max(Num.Abs(position.Y), Num.Abs(position.Z)));

        return scene.Constants.RayEpsilon + (size * 4e-6f);
    }

    private static Vec3 Escaped<TScene>(TScene scene, Vec3 direction, float drawnPdf)
        where TScene : struct, ISceneData
    {
        if (scene.Constants.EnvironmentWidth == 0)
        {
            return default;
        }

        var radiance = EnvironmentLight.Towards(scene, direction, out var lightPdf);

        return radiance * Weight(drawnPdf, lightPdf * scene.Constants.EnvironmentShare);
    }

    /// <summary>Light that the met surface itself sends back along the ray, from where that was drawn.</summary>
    private static Vec3 Met<TScene>(
        TScene scene, in Surface surface, float distance, Vec3 direction, float drawnPdf)
        where TScene : struct, ISceneData
    {
        var cosine = -Vec3.Dot(surface.GeometricNormal, direction);

        if (surface.Emission.MaxComponent() <= 0f || !(cosine > 0f))
        {
            return default;
        }

        var areaPdf = surface.LightDensity * (1f - scene.Constants.EnvironmentShare);

        return surface.Emission * Weight(drawnPdf, areaPdf * distance * distance / cosine);
    }

    /// <summary>The weight of a ray drawn by the BSDF; camera rays have no rival.</summary>
    private static float Weight(float drawnPdf, float lightPdf)
    {
        if (drawnPdf <= 0f)
        {
            return 1f;
        }

        var ratio = lightPdf / drawnPdf;

        return 1f / (1f + (ratio * ratio));
    }

    private static Vec3 Direct<TScene>(
        TScene scene,
        in Surface surface,
        Basis basis,
        Vec3 outgoing,
        Vec3 origin,
        float lift,
        int walls,
        uint salt,
        ref PathSampler random)
        where TScene : struct, ISceneData
    {
        var light = Lights.Sample(scene, origin, ref random);
        var side = Vec3.Dot(light.Direction, surface.GeometricNormal);
        var through = side < 0f && surface.Kind == MaterialRows.KindLayered && surface.Layers.Transmission > 0f;

        if (!(light.Pdf > 0f) || light.Radiance.MaxComponent() <= 0f || (side <= 0f && !through))
        {
            return default;
        }

        var local = basis.ToLocal(light.Direction);
        var reflected = Bsdf.Evaluate(surface, outgoing, local, out var pdf);
        var distance = light.Distance * 0.9999f;

        // A normal between the true side and the mapped one would let light leak through.
        if (through != (local.Z < 0f))
        {
            return default;
        }

        if (through)
        {
            origin -= surface.GeometricNormal * (2f * lift);
            distance -= 2f * lift;
        }

        if (reflected.MaxComponent() <= 0f)
        {
            return default;
        }

        var between = through && surface.Layers.Thin == 0 ? surface.Layers.Beyond : surface.Medium;
        reflected *= scene.HasClearWalls
            ? ClearWall.ShareBetween(scene, origin, light.Direction, distance, between, walls, salt * 0x85EBCA6Bu)
            : Unobstructed(scene, origin, light.Direction, distance, between, salt * 0x85EBCA6Bu);

        var ratio = light.Punctual ? 0f : pdf / light.Pdf;
        var weight = 1f / (1f + (ratio * ratio));

        return reflected * light.Radiance * (weight / light.Pdf);
    }

    /// <summary>The share of light that comes along a shadow ray where nothing lets it through.</summary>
    private static Vec3 Unobstructed<TScene>(
        TScene scene, Vec3 origin, Vec3 direction, float distance, Vec3 medium, uint salt)
        where TScene : struct, ISceneData =>
        scene.Occluded(origin, direction, distance, salt) ? default : LayeredBsdf.Attenuation(medium, distance);
}
