using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

/// <summary>KHR_lights_punctual from the file to the floor, against a point light of the same place and power.</summary>
public sealed class PunctualLightTests
{
    private const string Point = """{ "type": "point", "intensity": 10 }""";

    [Theory]
    [InlineData(2f, 15f / 16f)]
    [InlineData(4f / 3f, 1f - (81f / 256f))]
    [InlineData(1f, 0f)]
    [InlineData(0.9f, 0f)]
    public void A_range_is_a_window_that_closes_at_its_end(float rangeOverDistance, float share)
    {
        var range = FormattableString.Invariant(
            $$"""{ "type": "point", "intensity": 10, "range": {{rangeOverDistance * 1.5f}} }""");

        Assert.Equal(share, Seen(range, 0f, 1.5f) / Seen(Point, 0f, 1.5f), 1e-3f);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(29f, 1f)]
    [InlineData(37.5f, 0.2945f)]
    [InlineData(44f, 0.0059f)]
    [InlineData(46f, 0f)]
    [InlineData(80f, 0f)]
    public void A_spot_fades_between_its_cones_and_ends_at_the_outer_one(float degrees, float share)
    {
        // ((cos 37.5 - cos 45) / (cos 30 - cos 45))^2 and so on: the extension's own formula.
        const string spot = """
            { "type": "spot", "intensity": 10,
              "spot": { "innerConeAngle": 0.5235987756, "outerConeAngle": 0.7853981634 } }
            """;
        var x = MathF.Tan(degrees * MathF.PI / 180f);

        Assert.Equal(share, Seen(spot, x, 1f) / Seen(Point, x, 1f), 3e-3f);
    }

    [Fact]
    public void Light_falls_off_with_the_square_and_the_sun_does_not()
    {
        const string sun = """{ "type": "directional", "intensity": 10 }""";

        Assert.Equal(4f, Seen(Point, 0f, 1f) / Seen(Point, 0f, 2f), 4e-3f);
        Assert.Equal(1f, Seen(sun, 0f, 1f) / Seen(sun, 0f, 2f), 1e-3f);
        Assert.Equal(1f, Seen(sun, 0f, 1f) / Seen(Point, 0f, 1f), 1e-3f);
    }

    /// <summary>The floor at x, straight from above, under a light at that height over the origin that shines down.</summary>
    private static float Seen(string light, float x, float height)
    {
        var gltf = Card.Make("""{ "pbrMetallicRoughness": { "metallicFactor": 0 } }""");
        gltf.Json["nodes"] = JsonNode.Parse(FormattableString.Invariant($$$"""
            [ { "mesh": 0, "translation": [ -100, -100, 0 ], "scale": [ 200, 200, 1 ] },
              { "translation": [ 0, 0, {{{height}}} ], "extensions": { "KHR_lights_punctual": { "light": 0 } } } ]
            """));
        gltf.Json["scenes"]![0]!["nodes"] = new JsonArray(0, 1);
        gltf.Json["extensions"] = JsonNode.Parse($$"""{ "KHR_lights_punctual": { "lights": [ {{light}} ] } }""");
        gltf.Json["extensionsUsed"] = new JsonArray("KHR_lights_punctual");
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(gltf.Read(), device);
        var view = new RenderView
        {
            Width = 4,
            Height = 4,
            MaxBounces = 1,
            Camera = new Camera
            {
                Position = new Vec3(x, 0f, 0.5f),
                Target = new Vec3(x, 0f, 0f),
                OrthographicHalfHeight = 1e-4f,
            },
        };

        return Pictures.Mean(Pictures.Render(tracer, view, 16, 4, 1)).X;
    }
}
