using System.Diagnostics;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// Rays alone, no shading, on the Host: from the camera; from first hits in cosine-weighted directions; and from first
/// hits to points of the scene's box, asking only whether something is between.
/// </summary>
internal static class RayRun
{
    private const int RaysMax = 1 << 18;
    private const int RoundsMin = 5;
    private static readonly TimeSpan TimeMin = TimeSpan.FromSeconds(0.5);

    /// <summary>The trees over the scene's triangles once more: the best of three builds.</summary>
    public static TimeSpan MeasureBuild(Scene scene)
    {
        var tables = scene.Tables;
        var boxes = TreeBuild.BoxesOf(tables);
        var best = TimeSpan.MaxValue;

        for (var round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            BvhBuilder.Build(boxes, SceneWork.Endless, tables.Triangles.Length / 3);
            WideTree.Collapse(tables.Nodes, tables.Triangles, tables.InstanceRoots);
            best = watch.Elapsed < best ? watch.Elapsed : best;
        }

        return best;
    }

    public static IReadOnlyList<BenchmarkResult> Measure(Scene scene, RenderView view, int threads)
    {
        using var pinned = new PinnedScene(scene.Tables);

        return scene.Tables.Constants.InstanceCount > 0
            ? Measure(pinned.As<TwoLevels>(), scene, view, threads)
            : Measure(pinned.As<OneLevel>(), scene, view, threads);
    }

    private static IReadOnlyList<BenchmarkResult> Measure<TScene>(TScene host, Scene scene, RenderView view, int threads)
        where TScene : struct, ISceneData
    {
        using var workers = new HostWorkers(threads);
        var primary = Primary(view);
        var (diffuse, shadow) = Secondary(host, scene, view, primary);

        return
        [
            .. Rates("rays.primary", host, workers, primary, any: false),
            .. Rates("rays.diffuse", host, workers, diffuse, any: false),
            .. Rates("rays.shadow", host, workers, shadow, any: true),
        ];
    }

    private static Ray[] Primary(RenderView view)
    {
        var camera = view.ToConstants();
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)view.Width * view.Height / RaysMax)));
        var rays = new List<Ray>();

        for (var y = 0; y < view.Height; y += step)
        {
            for (var x = 0; x < view.Width; x += step)
            {
                var offset = (camera.Right * ((((x + 0.5f) / view.Width) * 2f) - 1f))
                    + (camera.Up * (1f - (((y + 0.5f) / view.Height) * 2f)));
                rays.Add(camera.Orthographic != 0
                    ? new Ray(camera.Origin + offset, camera.Forward, float.MaxValue)
                    : new Ray(camera.Origin, (camera.Forward + offset).Normalized(), float.MaxValue));
            }
        }

        return [.. rays];
    }

    private static (Ray[] Diffuse, Ray[] Shadow) Secondary<TScene>(
        TScene host, Scene scene, RenderView view, Ray[] primary)
        where TScene : struct, ISceneData
    {
        var diffuse = new List<Ray>();
        var shadow = new List<Ray>();
        var lift = (scene.High - scene.Low).Length() * 1e-5f;

        for (var i = 0; i < primary.Length; i++)
        {
            var hit = host.Closest(primary[i].Origin, primary[i].Direction, float.MaxValue, 0u, out var instance);

            if (hit.Triangle < 0)
            {
                continue;
            }

            var random = new PathSampler(view.ToConstants(), (uint)i, 0u);
            Surface.At(host, hit, instance, primary[i].Origin, primary[i].Direction, out var surface);
            var origin = surface.Position + (surface.GeometricNormal * lift);
            Num.SinCosTurns(random.Next(), out var sine, out var cosine);
            var v = random.Next();
            var radius = MathF.Sqrt(v);
            diffuse.Add(new Ray(
                origin,
                Basis.About(surface.GeometricNormal).ToWorld(new Vec3(radius * cosine, radius * sine, MathF.Sqrt(1f - v))),
                float.MaxValue));
            var size = scene.High - scene.Low;
            var towards = scene.Low + (size * new Vec3(random.Next(), random.Next(), random.Next())) - origin;
            shadow.Add(new Ray(origin, towards.Normalized(), towards.Length()));
        }

        return ([.. diffuse], [.. shadow]);
    }

    /// <summary>Rays a second by the clock (the best round) and by processor time (all rounds).</summary>
    private static IEnumerable<BenchmarkResult> Rates<TScene>(
        string name, TScene host, HostWorkers workers, Ray[] rays, bool any)
        where TScene : struct, ISceneData
    {
        var best = double.MaxValue;
        var cast = 0L;
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var all = Stopwatch.StartNew();

        // Long enough for the coarse processor clock.
        for (var round = 0; rays.Length > 0 && (round < RoundsMin || all.Elapsed < TimeMin); round++)
        {
            var watch = Stopwatch.StartNew();
            workers.For(rays.Length, 1024, (from, to) => Cast(host, rays.AsSpan(from..to), any));
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
            cast += rays.Length;
        }

        var processor = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;

        yield return new(name, rays.Length == 0 ? 0 : rays.Length / best, "rays/s");
        yield return new($"{name}.per_cpu_second", rays.Length == 0 ? 0 : cast / processor, "rays/cpu-s");
    }

    private static void Cast<TScene>(TScene host, ReadOnlySpan<Ray> rays, bool any)
        where TScene : struct, ISceneData
    {
        foreach (var ray in rays)
        {
            if (any)
            {
                host.Occluded(ray.Origin, ray.Direction, ray.TMax, 0u);
            }
            else
            {
                host.Closest(ray.Origin, ray.Direction, ray.TMax, 0u, out _);
            }
        }
    }

    private readonly record struct Ray(Vec3 Origin, Vec3 Direction, float TMax);
}
