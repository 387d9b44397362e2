using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

public sealed class EnergyTests
{
    private static readonly EnvironmentMap White = EnvironmentMap.Uniform(new Vec3(1f));

    [Fact]
    public void A_furnace_without_a_body_is_white()
    {
        var scene = TestScenes.Sphere(new SceneMaterial(), White);
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var away = new Camera { Position = new Vec3(0f, 0f, 5f), Target = new Vec3(0f, 0f, 9f) };
        var picture = Pictures.Render(
            tracer, new RenderView { Width = 16, Height = 16, Camera = away }, 4, 16, 1);

        Assert.All(picture, value => Assert.Equal(1f, value, 1e-5f));
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(0f, 0.5f)]
    [InlineData(0f, 0.1f)]
    [InlineData(1f, 0.05f)]
    [InlineData(1f, 0.3f)]
    [InlineData(1f, 0.6f)]
    [InlineData(1f, 1f)]
    public void A_white_sphere_in_a_white_furnace_all_but_vanishes(float metallic, float roughness)
    {
        var mean = Pictures.Mean(Pictures.Render(Sphere(metallic, roughness), 24, 24, 64));

        // The table of albedos is good to about half a per cent.
        Assert.InRange(mean.X, 0.985f, 1.005f);
        Assert.Equal(mean.X, mean.Y);
    }

    [Fact]
    public void A_furnace_gives_the_same_with_and_without_light_sampling_by_chance()
    {
        // A sky with a sun: the environment's share of samples must not change the mean, only the noise.
        var plain = new SceneMaterial { Metallic = 0f, Roughness = 0.4f, Base = new Float4(0.7f, 0.7f, 0.7f, 1f) };
        var scene = TestScenes.Sphere(plain, TestScenes.SunnySky());
        var byBoth = Pictures.Mean(Pictures.Render(scene, 8, 8, 512));
        var blind = WithoutLightSampling(scene);
        var byChance = Pictures.Mean(Pictures.Render(blind, 8, 8, 8192));

        Assert.InRange(byBoth.X / byChance.X, 0.97f, 1.03f);
    }

    [Fact]
    public void A_lamp_lights_a_floor_as_the_integral_over_its_area_says()
    {
        var floor = new SceneMaterial { Metallic = 0f, Roughness = 0.7f, Base = new Float4(0.6f, 0.5f, 0.4f, 1f) };
        var lamp = new SceneMaterial { Base = default, Roughness = 1f, Emission = new Vec3(5f), Metallic = 0f };
        var scene = TestScenes.Floor(floor, builder =>
            TestScenes.AddQuad(builder, builder.AddMaterial(lamp), new Vec3(0.5f, 2f, 0f), 1f, up: false));
        var seen = RenderPoint(scene, 2048);
        var expected = QuadIntegral(floor, new Vec3(0.5f, 2f, 0f), 1f, 5f);

        Assert.InRange(seen.X / expected.X, 0.99f, 1.01f);
        Assert.InRange(seen.Z / expected.Z, 0.99f, 1.01f);
    }

    [Theory]
    [InlineData(0f, 0f, 1f)]
    [InlineData(0.5f, 0.49f, 0f)]
    [InlineData(0.5f, 0.51f, 1f)]
    [InlineData(-1f, 0f, 0f)]
    [InlineData(-1f, 0.3f, 0.3f)]
    [InlineData(-1f, 1f, 1f)]
    public void A_lamp_shines_as_far_as_it_is_there(float cutoff, float alpha, float share)
    {
        var floor = new SceneMaterial { Metallic = 0f, Roughness = 0.7f, Base = new Float4(0.6f, 0.5f, 0.4f, 1f) };
        var lamp = new SceneMaterial
        {
            Base = new Float4(0f, 0f, 0f, alpha),
            AlphaCutoff = cutoff,
            Roughness = 1f,
            Emission = new Vec3(5f),
            Metallic = 0f,
        };
        var scene = TestScenes.Floor(floor, builder =>
            TestScenes.AddQuad(builder, builder.AddMaterial(lamp), new Vec3(0.5f, 2f, 0f), 1f, up: false));
        var expected = QuadIntegral(floor, new Vec3(0.5f, 2f, 0f), 1f, 5f).X;

        Assert.InRange(RenderPoint(scene, 2048).X / expected, share - 0.01f, share + 0.01f);
    }

    [Theory]
    [InlineData(LightRows.KindPoint)]
    [InlineData(LightRows.KindSpot)]
    [InlineData(LightRows.KindDirectional)]
    public void A_punctual_light_lights_a_floor_exactly(int kind)
    {
        var floor = new SceneMaterial { Metallic = 0f, Roughness = 0.5f, Base = new Float4(0.5f, 0.5f, 0.5f, 1f) };
        var towards = new Vec3(1f, 2f, 0f);
        var scene = TestScenes.Floor(floor, builder => builder.AddLight(new LightSource
        {
            Kind = kind,
            Position = towards,
            Direction = -towards.Normalized(),
            Power = new Vec3(10f),
            CosInner = 0.95f,
            CosOuter = 0.8f,
        }));
        var irradiance = kind == LightRows.KindDirectional ? 10f : 10f / Vec3.Dot(towards, towards);
        var expected = Reflected(SurfaceOf(floor), towards.Normalized()) * irradiance;

        Assert.InRange(RenderPoint(scene, 16).X / expected.X, 0.999f, 1.001f);
    }

    [Theory]
    [InlineData(float.NaN, 0f)]
    [InlineData(float.PositiveInfinity, 0f)]
    [InlineData(-1f, 0f)]
    [InlineData(2f, 2f)]
    public void A_sample_that_is_no_light_counts_as_black(float value, float kept) =>
        Assert.Equal(kept, PathIntegrator.Usable(new Vec3(1f, value, 1f)).Y);

    [Fact]
    public void A_sky_near_the_end_of_the_numbers_leaves_sums_that_can_be_delivered()
    {
        var scene = TestScenes.Sphere(new SceneMaterial(), EnvironmentMap.Uniform(new Vec3(1e37f, 1e20f, 1f)));

        // Render reads every unit back from its bytes, which refuses sums that cannot be true.
        Assert.All(Pictures.Render(scene, 8, 8, 16), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void In_a_closed_room_light_adds_up_to_the_geometric_series()
    {
        // Every wall glows with 1 and sends eight tenths back: 1 / (1 - 0.8). Paths end by chance after three bounces,
        // and what is left of them must make up for those.
        var wall = new SceneMaterial
        {
            Base = new Float4(0.8f, 0.8f, 0.8f, 1f),
            Metallic = 0f,
            Emission = new Vec3(1f),
            DoubleSided = true,
            Layers = new SceneLayers { Specular = 0f },
        };
        var scene = TestScenes.Sphere(wall, White);
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var within = new Camera { Position = new Vec3(0.1f, 0f, 0f), Target = new Vec3(0f, 0f, -1f) };
        var view = new RenderView { Width = 16, Height = 16, Camera = within, MaxBounces = 64 };

        Assert.InRange(Pictures.Mean(Pictures.Render(tracer, view, 256, 16, 16)).X, 4.95f, 5.05f);
    }

    private static Scene Sphere(float metallic, float roughness) => TestScenes.Sphere(
        new SceneMaterial { Metallic = metallic, Roughness = roughness }, White);

    private static Scene WithoutLightSampling(Scene scene)
    {
        var constants = scene.Tables.Constants;
        constants.EnvironmentShare = 0f;

        return new Scene(
            scene.Tables with { Constants = constants }, scene.Facts, scene.Cameras, scene.Low, scene.High);
    }

    /// <summary>The floor's origin, seen from straight above through a tiny orthographic window.</summary>
    private static Vec3 RenderPoint(Scene scene, int samples)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var camera = new Camera
        {
            Position = new Vec3(0f, 1f, 0f),
            Target = new Vec3(0f),
            Up = new Vec3(0f, 0f, -1f),
            OrthographicHalfHeight = 1e-3f,
        };
        var view = new RenderView { Width = 4, Height = 4, Camera = camera, MaxBounces = 1 };

        return Pictures.Mean(Pictures.Render(tracer, view, samples, 4, 4096));
    }

    /// <summary>The floor as the tracer sees it from straight above.</summary>
    private static Surface SurfaceOf(SceneMaterial floor)
    {
        using var pinned = new PinnedScene(TestScenes.Floor(floor, _ => { }).Tables);
        var surface = new Surface
        {
            Base = floor.Base.Xyz,
            Metallic = floor.Metallic,
            Alpha = floor.Roughness * floor.Roughness,
        };
        Bsdf.Prepare(pinned.As<OneLevel>(), ref surface, 1f);

        return surface;
    }

    private static Vec3 Reflected(Surface floor, Vec3 towards) =>
        Bsdf.Evaluate(floor, new Vec3(0f, 0f, 1f), new Vec3(towards.X, towards.Z, towards.Y), out _);

    /// <summary>A plain midpoint rule over the lamp.</summary>
    private static Vec3 QuadIntegral(SceneMaterial floor, Vec3 centre, float half, float radiance)
    {
        const int steps = 100;
        var sum = new Vec3(0f);
        var cell = 2f * half / steps;
        var surface = SurfaceOf(floor);

        for (var i = 0; i < steps * steps; i++)
        {
            var point = centre + new Vec3(
                (((i % steps) + 0.5f) * cell) - half, 0f, (((i / steps) + 0.5f) * cell) - half);
            var towards = point.Normalized();
            sum += Reflected(surface, towards) * (radiance * towards.Y * cell * cell / Vec3.Dot(point, point));
        }

        return sum;
    }
}
