using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>A white floor at y = 0, seen from straight above below whatever hangs over it, against plain sums.</summary>
public sealed class ClearWallTests
{
    private const float Reflectance = 0.5f;

    /// <summary>Bounces with which light passes one wall, and none comes back from it to the floor.</summary>
    private const int ForOneWall = 2;

    private static readonly Vec3 Lamp = new(1f, 4f, 0f);

    /// <summary>It scatters evenly: without specular reflection.</summary>
    private static readonly SceneMaterial White = new()
    {
        Metallic = 0f,
        Base = new Float4(Reflectance, Reflectance, Reflectance, 1f),
        Layers = new SceneLayers { Specular = 0f },
    };

    private static readonly SceneMaterial Tinted = new()
    {
        Metallic = 0f,
        Roughness = 0f,
        Base = new Float4(0.9f, 0.6f, 0.3f, 1f),
        Layers = new SceneLayers { Transmission = 1f },
    };

    [Theory]
    [InlineData(LightRows.KindPoint)]
    [InlineData(LightRows.KindSpot)]
    [InlineData(LightRows.KindDirectional)]
    public void A_lamp_without_size_shines_through_a_pane(int kind)
    {
        var seen = Seen(16, ForOneWall, builder =>
        {
            AddLamp(builder, kind);
            AddPane(builder, Tinted, 2f);
        });
        var passed = 1f - Dielectric.Fresnel(Lamp.Normalized().Y, 1.5f);
        var floor = Irradiance(kind) * Reflectance * Num.InversePi;

        Assert.Equal(0.9f * passed * floor, seen.X, 2e-3f * floor);
        Assert.Equal(0.6f * passed * floor, seen.Y, 2e-3f * floor);
        Assert.Equal(0.3f * passed * floor, seen.Z, 2e-3f * floor);
    }

    [Theory]
    [InlineData(1, 0f)]
    [InlineData(2, 0f)]
    [InlineData(3, 1f)]
    public void A_path_without_bounces_left_passes_no_more_walls(int maxBounces, float share)
    {
        var seen = Seen(64, maxBounces, builder =>
        {
            AddLamp(builder, LightRows.KindDirectional);
            AddPane(builder, Tinted, 2f);
            AddPane(builder, Tinted, 3f);
        });
        var passed = 0.9f * (1f - Dielectric.Fresnel(Lamp.Normalized().Y, 1.5f));
        var expected = share * passed * passed * Irradiance(LightRows.KindDirectional) * Reflectance * Num.InversePi;

        // What the panes send back to the floor comes on top where there are bounces for it.
        Assert.InRange(seen.X, expected * 0.999f, expected * 1.15f);
    }

    [Fact]
    public void A_medium_that_does_not_bend_light_dims_a_lamp_by_the_way_through_it()
    {
        var mist = new SceneMaterial
        {
            Metallic = 0f,
            Roughness = 0.7f,
            Layers = new SceneLayers
            {
                Transmission = 1f,
                IsVolume = true,
                Index = 1f,
                Attenuation = new Vec3(0.1f, 0.5f, 2f),
            },
        };
        var seen = Seen(16, ForOneWall + 1, builder =>
        {
            AddLamp(builder, LightRows.KindPoint);
            TestScenes.AddQuad(builder, builder.AddMaterial(mist), new Vec3(0f, 1.5f, 0f), 50f, up: false);
            TestScenes.AddQuad(builder, builder.AddMaterial(mist), new Vec3(0f, 2.5f, 0f), 50f, up: true);
        });
        var way = 1f / Lamp.Normalized().Y;
        var floor = Irradiance(LightRows.KindPoint) * Reflectance * Num.InversePi;

        Assert.Equal(MathF.Exp(-0.1f * way) * floor, seen.X, 2e-3f * floor);
        Assert.Equal(MathF.Exp(-0.5f * way) * floor, seen.Y, 2e-3f * floor);
        Assert.Equal(MathF.Exp(-2f * way) * floor, seen.Z, 2e-3f * floor);
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(2f)]
    public void A_lamp_that_is_found_by_light_sampling_and_by_chance_counts_once(float half)
    {
        // Through the pane both ways lead to the lamp; only if their weights fit do they add up to the integral.
        var centre = new Vec3(0.5f, 3f, 0f);
        var lamp = new SceneMaterial { Base = default, Metallic = 0f, Emission = new Vec3(5f) };
        var seen = Seen(4096, ForOneWall, builder =>
        {
            TestScenes.AddQuad(builder, builder.AddMaterial(lamp), centre, half, up: false);
            AddPane(builder, Tinted, 1.5f);
        });
        var expected = 0f;
        const int steps = 200;
        var cell = 2f * half / steps;

        for (var i = 0; i < steps * steps; i++)
        {
            var point = centre + new Vec3(
                (((i % steps) + 0.5f) * cell) - half, 0f, (((i / steps) + 0.5f) * cell) - half);
            var cosine = point.Normalized().Y;
            expected += (1f - Dielectric.Fresnel(cosine, 1.5f)) * cosine * cosine * cell * cell / Vec3.Dot(point, point);
        }

        expected *= 5f * Reflectance * Num.InversePi;

        Assert.InRange(seen.X / (0.9f * expected), 0.99f, 1.01f);
        Assert.InRange(seen.Z / (0.3f * expected), 0.99f, 1.01f);
    }

    [Fact]
    public void A_wall_in_the_way_still_stops_what_a_pane_lets_through()
    {
        var seen = Seen(16, ForOneWall, builder =>
        {
            AddLamp(builder, LightRows.KindDirectional);
            AddPane(builder, Tinted, 2f);
            AddPane(builder, White, 3f);
        });

        Assert.Equal(default, seen);
    }

    private static float Irradiance(int kind) =>
        10f * Lamp.Normalized().Y / (kind == LightRows.KindDirectional ? 1f : Vec3.Dot(Lamp, Lamp));

    private static void AddLamp(SceneBuilder builder, int kind) => builder.AddLight(new LightSource
    {
        Kind = kind,
        Position = Lamp,
        Direction = -Lamp.Normalized(),
        Power = new Vec3(10f),
        CosInner = 0.95f,
        CosOuter = 0.8f,
    });

    private static void AddPane(SceneBuilder builder, SceneMaterial material, float height) =>
        TestScenes.AddQuad(builder, builder.AddMaterial(material), new Vec3(0f, height, 0f), 50f, up: false);

    private static Vec3 Seen(int samples, int maxBounces, Action<SceneBuilder> addOthers)
    {
        var scene = TestScenes.Floor(White, addOthers);
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView
        {
            Width = 4,
            Height = 4,
            MaxBounces = maxBounces,
            Camera = new Camera
            {
                Position = new Vec3(0f, 1f, 0f),
                Target = new Vec3(0f),
                Up = new Vec3(0f, 0f, -1f),
                OrthographicHalfHeight = 1e-3f,
            },
        };

        return Pictures.Mean(Pictures.Render(tracer, view, samples, 4, 4096));
    }
}
