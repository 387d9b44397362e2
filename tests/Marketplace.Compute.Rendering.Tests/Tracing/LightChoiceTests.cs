using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>The middle of a white floor under many lights without size, against their sum.</summary>
public sealed class LightChoiceTests
{
    private const float Reflectance = 0.5f;

    private static readonly SceneMaterial White = new()
    {
        Metallic = 0f,
        Base = new Float4(Reflectance, Reflectance, Reflectance, 1f),
        Layers = new SceneLayers { Specular = 0f },
    };

    [Theory]
    [InlineData(0f)]
    [InlineData(2f)]
    public void A_narrow_spot_is_no_noise_among_lights_of_more_power(float aside)
    {
        // Four degrees to its edge, it gets a three-thousandth of the power; at its middle it is half of the light.
        var spot = new LightSource
        {
            Kind = LightRows.KindSpot,
            Position = new Vec3(aside, 3f, 0f),
            Direction = new Vec3(0f, -1f, 0f),
            Power = new Vec3(10f),
            CosInner = 0.9995f,
            CosOuter = 0.998f,
        };
        LightSource[] others = [.. Enumerable.Range(0, 3).Select(i => Point(new Vec3(2f - (2f * i), 5f, 1f)))];

        var seen = Seen([.. others, spot], 16);

        var expected = others.Sum(Irradiance) + (aside == 0f ? Irradiance(spot) : 0f);
        Assert.InRange(seen / (expected * Reflectance * Num.InversePi), 0.97f, 1.03f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Lights.AskedMax)]
    [InlineData(Lights.AskedMax + 1)]
    public void As_many_lights_as_there_are_add_up(int count)
    {
        LightSource[] lights =
        [
            .. Enumerable.Range(0, count).Select(i => Point(new Vec3((i % 7) - 3f, 2f + (i % 5), (i % 3) - 1f))),
        ];

        // One that brings nothing counts for nothing.
        var seen = Seen([.. lights, Point(new Vec3(0f, -5f, 0f)) with { Range = 1f }], 1024);

        Assert.InRange(seen / (lights.Sum(Irradiance) * Reflectance * Num.InversePi), 0.98f, 1.02f);
    }

    private static LightSource Point(Vec3 position) =>
        new() { Kind = LightRows.KindPoint, Position = position, Power = new Vec3(10f) };

    private static float Irradiance(LightSource light) =>
        light.Power.X * light.Position.Normalized().Y / Vec3.Dot(light.Position, light.Position);

    private static float Seen(LightSource[] lights, int samples)
    {
        var scene = TestScenes.Floor(White, builder => Array.ForEach(lights, builder.AddLight));
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView
        {
            Width = 4,
            Height = 4,
            MaxBounces = 1,
            Camera = new Camera
            {
                Position = new Vec3(0f, 1f, 0f),
                Target = new Vec3(0f),
                Up = new Vec3(0f, 0f, -1f),
                OrthographicHalfHeight = 1e-3f,
            },
        };

        return Pictures.Mean(Pictures.Render(tracer, view, samples, 4, 4096)).X;
    }
}
