using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>What an index of refraction does to a picture, against what Fresnel and Snell say of it.</summary>
public sealed class RefractionTests
{
    private const int Width = 128;
    private const int Height = 2;

    /// <summary>Pixels a unit of length across the picture.</summary>
    private const float PixelsPerUnit = 64f;

    private const float Thickness = 0.5f;

    [Theory]
    [InlineData("1", 0f)]
    [InlineData("1.33", 0.0200591f)]
    [InlineData("1.5", 0.04f)]
    [InlineData("2.42", 0.1723949f)]
    [InlineData("0", 1f)]
    public void A_black_mirror_seen_straight_on_reflects_what_its_index_tells(string index, float expected)
    {
        var scene = Card.Make(
            $$"""
            { "pbrMetallicRoughness": { "baseColorFactor": [ 0, 0, 0, 1 ], "metallicFactor": 0, "roughnessFactor": 0 },
              "extensions": { "KHR_materials_ior": { "ior": {{index}} } } }
            """).Read(new SceneOptions { Environment = EnvironmentMap.Uniform(new Vec3(1f)) });
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var seen = Pictures.Mean(Pictures.Render(tracer, Card.View(32), 256, 32, 64));

        Assert.Equal(expected, seen.X, 2e-4f + (0.01f * expected));
        Assert.Equal(seen.X, seen.Z, 1e-6f);
    }

    /// <summary>
    /// Under 45 degrees, through a plate, upon the edge of a lamp: the plate moves the edge by its thickness times the
    /// difference of the tangents.
    /// </summary>
    [Theory]
    [InlineData(1.1f)]
    [InlineData(1.5f)]
    [InlineData(2.42f)]
    public void A_plate_moves_what_is_behind_it_by_Snells_law(float index)
    {
        var beyond = Math.Asin(Math.Sin(Math.PI / 4) / index);
        var expected = Thickness * (1.0 - Math.Tan(beyond)) * Math.Cos(Math.PI / 4) * PixelsPerUnit;

        Assert.Equal(expected, Edge(index) - Edge(null), 0.25);
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(1f / 1.5f)]
    [InlineData(2.42f)]
    public void A_bent_ray_obeys_Snells_law_in_its_plane(float eta)
    {
        var half = new Vec3(1f, 2f, 2f) * (1f / 3f);
        var across = new Vec3(2f, 1f, -2f) * (1f / 3f);

        for (var degrees = 0; degrees < 90; degrees += 5)
        {
            var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
            var bent = Dielectric.Refract((half * (float)cosine) + (across * (float)sine), half, eta);

            if (sine >= eta)
            {
                Assert.Equal(default, bent);

                continue;
            }

            Assert.Equal(-sine / eta, Vec3.Dot(bent, across), 1e-6);
            Assert.Equal(-Math.Sqrt(1 - (sine * sine / (eta * eta))), Vec3.Dot(bent, half), 1e-5);
            Assert.Equal(1f, bent.Length(), 1e-5f);
        }
    }

    /// <summary>How many pixels of a row the lamp behind the plate does not reach, in parts of one.</summary>
    private static double Edge(float? index)
    {
        var builder = new SceneBuilder();
        var lamp = builder.AddMaterial(new SceneMaterial { Emission = new Vec3(1f) });
        TestScenes.AddQuad(builder, lamp, new Vec3(8f, -2f, 0f), 8f, up: true);

        if (index is { } given)
        {
            var plate = builder.AddMaterial(new SceneMaterial
            {
                Metallic = 0f,
                Roughness = 0f,
                Layers = new SceneLayers { Transmission = 1f, IsVolume = true, Index = given },
            });
            TestScenes.AddQuad(builder, plate, new Vec3(0f), 50f, up: true);
            TestScenes.AddQuad(builder, plate, new Vec3(0f, -Thickness, 0f), 50f, up: false);
        }

        using var device = new HostDevice(2);
        using var tracer = new PathTracer(TestScenes.Finish(builder, new SceneOptions()), device);

        // Its middle looks at the lamp's edge, were there no plate; what is mirrored within the plate has no bounce left.
        var view = new RenderView
        {
            Width = Width,
            Height = Height,
            MaxBounces = 2,
            Camera = new Camera
            {
                Position = new Vec3(-4f, 2f, 0f),
                Target = new Vec3(0f, -2f, 0f),
                Up = new Vec3(0f, 0f, 1f),
                OrthographicHalfHeight = Height / PixelsPerUnit / 2f,
            },
        };
        var picture = Pictures.Render(tracer, view, 4096, Width, 64);
        var lit = Enumerable.Range(0, Width)
            .Select(x => Enumerable.Range(0, Height).Average(y => picture[((y * Width) + x) * 3])).ToArray();

        return Width - (lit.Sum() / lit[..24].Average());
    }
}
