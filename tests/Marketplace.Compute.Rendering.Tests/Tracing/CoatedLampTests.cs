using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>
/// KHR_materials_clearcoat lays the coat over the emission, too: 1 - coat (0.04 + 0.96 (1 - cos)^5) of it passes.
/// </summary>
public sealed class CoatedLampTests
{
    private const int Draws = 1 << 16;

    private static readonly Vec3 Centre = new(0.5f, 2f, 0f);

    [Theory]
    [InlineData(1f, 0f)]
    [InlineData(1f, 60f)]
    [InlineData(1f, 80f)]
    [InlineData(0.5f, 80f)]
    [InlineData(0f, 80f)]
    public void A_coated_lamp_is_seen_as_dark_as_its_coat_is_bright(float coat, float degrees)
    {
        var builder = new SceneBuilder();
        TestScenes.AddQuad(builder, builder.AddMaterial(Lamp(coat)), new Vec3(0f), 100f, up: true);
        var scene = TestScenes.Finish(builder, new SceneOptions());
        var (sine, cosine) = MathF.SinCos(degrees * MathF.PI / 180f);
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var camera = new Camera
        {
            Position = new Vec3(sine, cosine, 0f),
            Target = new Vec3(0f),
            Up = new Vec3(0f, 0f, 1f),
            OrthographicHalfHeight = 1e-3f,
        };
        var view = new RenderView { Width = 4, Height = 4, Camera = camera, MaxBounces = 1 };

        Assert.Equal(5f * Passed(coat, cosine), Pictures.Mean(Pictures.Render(tracer, view, 4, 4, 4)).X, 1e-3f);
    }

    [Theory]
    [InlineData(0f, -1)]
    [InlineData(1f, -1)]
    [InlineData(0.7f, -1)]
    [InlineData(1f, 0)]
    public void Light_that_is_drawn_and_light_that_is_met_agree_with_the_integral(float coat, int texture)
    {
        // A texture of a quarter in red: the coat has a quarter of its strength.
        var scene = TestScenes.Floor(new SceneMaterial(), builder =>
        {
            builder.Textures.Use(new TextureUse(
                builder.Textures.AddImage([0xFFFFFF40], 1, 1), 0, System.Numerics.Matrix3x2.Identity));
            TestScenes.AddQuad(builder, builder.AddMaterial(Lamp(coat, texture)), Centre, 1f, up: false);
        });
        using var pinned = new PinnedScene(scene.Tables);
        var host = pinned.As<OneLevel>();
        var view = Pictures.View(scene, 1, 1).ToConstants();
        var (drawn, met) = (0.0, 0.0);

        for (var sample = 0u; sample < Draws; sample++)
        {
            var random = new PathSampler(view, 0u, sample);
            var light = Lights.Sample(host, default, ref random);
            drawn += light.Pdf > 0f ? light.Radiance.X * light.Direction.Y / light.Pdf : 0.0;

            // By the cosine, whose chance is cos / pi.
            random.BeginPair();
            Num.SinCosTurns(random.Next(), out var sine, out var cosine);
            var v = random.Next();
            var radius = MathF.Sqrt(v);
            var direction = new Vec3(radius * cosine, MathF.Sqrt(1f - v), radius * sine);
            var hit = host.Closest(new Vec3(0f, 1e-3f, 0f), direction, float.MaxValue, 0u, out var instance);

            if (hit.Triangle >= 0)
            {
                Surface.At(host, hit, instance, default, direction, out var surface);
                met += surface.Emission.X * Math.PI;
            }
        }

        var expected = Irradiance(texture < 0 ? coat : coat * 64f / 255f);
        Assert.InRange(drawn / Draws / expected, 0.997, 1.003);
        Assert.InRange(met / Draws / expected, 0.995, 1.005);
    }

    private static SceneMaterial Lamp(float coat, int texture = -1) => new()
    {
        Base = default,
        Metallic = 0f,
        Roughness = 1f,
        Emission = new Vec3(5f),
        Layers = new SceneLayers { Coat = coat, CoatTexture = texture, Specular = 0f },
    };

    private static float Passed(float coat, float cosine) =>
        1f - (coat * (0.04f + (0.96f * MathF.Pow(1f - cosine, 5f))));

    /// <summary>At the origin, from a lamp of five by two: a plain midpoint rule.</summary>
    private static double Irradiance(float coat)
    {
        const int steps = 200;
        const float cell = 2f / steps;
        var sum = 0.0;

        for (var i = 0; i < steps * steps; i++)
        {
            var point = Centre + new Vec3((((i % steps) + 0.5f) * cell) - 1f, 0f, (((i / steps) + 0.5f) * cell) - 1f);
            var cosine = point.Normalized().Y;
            sum += 5.0 * Passed(coat, cosine) * cosine * cosine * cell * cell / Vec3.Dot(point, point);
        }

        return sum;
    }
}
