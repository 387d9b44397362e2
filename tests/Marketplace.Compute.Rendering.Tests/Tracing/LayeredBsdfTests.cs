using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Bvh;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

public sealed class LayeredBsdfTests
{
    private static readonly EnvironmentMap White = EnvironmentMap.Uniform(new Vec3(1f));

    /// <summary>Materials by name, so that a failure says which.</summary>
    public static TheoryData<string> Names => [.. Materials.Keys];

    private static Dictionary<string, SceneMaterial> Materials { get; } = new(StringComparer.Ordinal)
    {
        ["coat"] = Of(0f, 0.5f, new() { Coat = 1f, CoatRoughness = 0.3f }),
        ["half a coat on metal"] = Of(1f, 0.3f, new() { Coat = 0.5f, CoatRoughness = 0.1f }),
        ["sheen"] = Of(0f, 0.8f, new() { SheenColour = new Vec3(1f), SheenRoughness = 0.5f }),
        ["brushed metal"] = Of(1f, 0.3f, new() { Anisotropy = 0.7f, AnisotropyTurn = 0.4f }),
        ["film on metal"] = Of(1f, 0.4f, new() { Iridescence = 1f, FilmThicknessMax = 380f }),
        ["film on plastic"] = Of(0f, 0.4f, new() { Iridescence = 1f, FilmThicknessMax = 520f }),
        ["matt"] = Of(0f, 0.5f, new() { Specular = 0f }),
        ["tinted specular"] = Of(0f, 0.4f, new() { SpecularColour = new Vec3(3f, 1f, 0.5f), Index = 1.8f }),
        ["mirror by index 0"] = Of(0f, 0.2f, new() { Index = 0f }),
        ["thin glass"] = Of(0f, 0.3f, new() { Transmission = 1f }),
        ["half thin glass"] = Of(0f, 0.3f, new() { Transmission = 0.5f, Coat = 0.5f, CoatRoughness = 0.2f }),
        ["solid glass"] = Of(0f, 0.35f, new() { Transmission = 1f, IsVolume = true }),
        ["diamond"] = Of(0f, 0.4f, new() { Transmission = 1f, IsVolume = true, Index = 2.42f }),
        ["everything"] = Of(0.3f, 0.4f, new()
        {
            Coat = 0.7f,
            CoatRoughness = 0.25f,
            SheenColour = new Vec3(0.5f, 0.2f, 0.1f),
            SheenRoughness = 0.4f,
            Anisotropy = 0.5f,
            Iridescence = 0.5f,
            Transmission = 0.5f,
            IsVolume = true,
            SpecularColour = new Vec3(1f, 0.8f, 0.7f),
            Specular = 0.9f,
        }),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_lobes_are_drawn_with_the_chance_that_they_claim(string name)
    {
        // Both sides of the surface, and a ray that comes out of it.
        foreach (var front in new[] { true, false })
        {
            var surface = SurfaceOf(Materials[name], 0.7f, front, out var outgoing);
            Integrate(surface, outgoing, out var chance, out var albedo);
            var (drawn, kept) = Drawn(surface, outgoing);

            Assert.InRange(kept, chance - 0.01f, chance + 0.01f);
            Assert.InRange(drawn.X, albedo.X - 0.015f, albedo.X + 0.015f);
            Assert.InRange(drawn.Z, albedo.Z - 0.015f, albedo.Z + 0.015f);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_material_gives_back_more_than_it_gets(string name)
    {
        foreach (var cosine in new[] { 0.1f, 0.3f, 0.6f, 0.95f })
        {
            var surface = SurfaceOf(Materials[name], cosine, true, out var outgoing);
            var (drawn, _) = Drawn(surface, outgoing);

            // Light that is bent into glass is squeezed: its radiance there is larger by the square of the index.
            var room = surface.Layers is { Transmission: > 0f, Thin: 0 } ? 1f / (1.5f * 1.5f) : 1f;
            Assert.InRange(drawn.MaxComponent(), 0.3f * room, 1.02f);
        }
    }

    [Theory]
    [InlineData("coat", 0.98f)]
    [InlineData("half a coat on metal", 0.98f)]
    [InlineData("sheen", 0.97f)]
    [InlineData("matt", 0.98f)]
    [InlineData("mirror by index 0", 0.98f)]
    [InlineData("brushed metal", 0.93f)]
    public void A_white_sphere_with_layers_all_but_vanishes_in_a_white_furnace(string name, float atLeast) =>
        Assert.InRange(
            Pictures.Mean(Pictures.Render(TestScenes.Sphere(Materials[name], White), 24, 24, 64)).X, atLeast, 1.01f);

    [Theory]
    [InlineData(1f)]
    [InlineData(1.5f)]
    [InlineData(2.42f)]
    public void A_clear_ball_of_any_index_vanishes_in_a_white_furnace(float index)
    {
        var glass = Of(0f, 0f, new() { Transmission = 1f, IsVolume = true, Index = index });
        using var device = new HostDevice(2);
        var scene = TestScenes.Sphere(glass, White);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 24, 24) with { MaxBounces = 64 };
        var mean = Pictures.Mean(Pictures.Render(tracer, view, 64, 24, 4)).X;

        // A faceted ball catches a few rays for more than 64 bounces, and grazing rays are lost between the normals.
        Assert.InRange(mean, 0.97f, 1.005f);
    }

    [Theory]
    [InlineData(2f)]
    [InlineData(0.5f)]
    public void A_slab_dims_light_by_the_power_of_its_thickness(float distance)
    {
        var colour = new Vec3(0.1f, 0.5f, 0.9f);
        var medium = Of(0f, 0f, new()
        {
            Transmission = 1f,
            IsVolume = true,
            Index = 1f,
            Attenuation = SceneLayers.AttenuationOf(colour, distance),
        });
        var seen = ThroughSlab(medium, 1f);

        Assert.Equal(MathF.Pow(colour.X, 1f / distance), seen.X, 5e-4f);
        Assert.Equal(MathF.Pow(colour.Y, 1f / distance), seen.Y, 5e-4f);
        Assert.Equal(MathF.Pow(colour.Z, 1f / distance), seen.Z, 5e-4f);
    }

    [Fact]
    public void A_pane_passes_what_its_surface_does_not_reflect()
    {
        // Seen straight on, 4 per cent come back from above; below, the pane is clear and tinted once a side.
        var pane = Of(0f, 0f, new() { Transmission = 1f }) with { Base = new Float4(0.5f, 0.25f, 1f, 1f) };
        var seen = ThroughSlab(pane, 0f);

        Assert.Equal(0.04f + (0.96f * 0.5f), seen.X, 5e-3f);
        Assert.Equal(0.04f + (0.96f * 0.25f), seen.Y, 5e-3f);
        Assert.Equal(1f, seen.Z, 5e-3f);
    }

    [Fact]
    public void An_unlit_material_shows_its_colour_whatever_shines()
    {
        var sign = new SceneMaterial { Base = new Float4(0.2f, 0.4f, 0.6f, 1f), Unlit = true };

        var seen = ThroughSlab(sign, 0f);

        Assert.Equal(0.2f, seen.X, 1e-6f);
        Assert.Equal(0.6f, seen.Z, 1e-6f);
    }

    [Fact]
    public void A_film_shines_in_colours_that_change_with_its_thickness()
    {
        var thin = ThinFilm.Reflectance(new Vec3(0.04f), 1.3f, 250f, 1f);
        var thick = ThinFilm.Reflectance(new Vec3(0.04f), 1.3f, 400f, 1f);

        Assert.True(Num.Abs(thin.X - thin.Z) > 0.005f);
        Assert.NotEqual(thin.X > thin.Z, thick.X > thick.Z);

        // No film: the base alone, as Schlick has it.
        var bare = ThinFilm.Reflectance(new Vec3(0.04f), 1.3f, 0f, 1f);
        Assert.Equal(0.04f, bare.Y, 1e-2f);
    }

    [Fact]
    public void Sheen_follows_its_formula()
    {
        // Alpha 1, one direction straight up and one 60 degrees off: the half vector is 30 degrees off, so D is
        // 3 sin 30 / (2 pi), V is 1 / (4 (1 + 0.5 - 0.5)), and the cosine 0.5. Mirrored directions have D = 0.
        var sloped = new Vec3(MathF.Sqrt(0.75f), 0f, 0.5f);
        var expected = 3f * 0.5f / Num.TwoPi / 4f * 0.5f;

        Assert.Equal(expected, Sheen.Evaluate(new Vec3(0f, 0f, 1f), sloped, 1f), 1e-6f);
        Assert.Equal(0f, Sheen.Evaluate(new Vec3(-sloped.X, 0f, 0.5f), sloped, 1f), 1e-6f);
    }

    [Theory]
    [InlineData(1.5f, 1f, 0.04f)]
    [InlineData(1.5f, 0f, 1f)]
    [InlineData(1f / 1.5f, 0.7f, 1f)]
    [InlineData(1.5f, 0.5547f, 0.07396f)]
    public void Fresnel_is_right_where_it_is_known(float eta, float cosine, float expected) =>
        Assert.Equal(expected, Dielectric.Fresnel(cosine, eta), 1e-3f);

    private static SceneMaterial Of(float metallic, float roughness, SceneLayers layers) =>
        new() { Metallic = metallic, Roughness = roughness, Layers = layers };

    /// <summary>Two large sheets, seen straight from above through a small window, under a white sky.</summary>
    private static Vec3 ThroughSlab(SceneMaterial material, float thickness)
    {
        var builder = new SceneBuilder();
        var place = builder.AddMaterial(material);
        TestScenes.AddQuad(builder, place, new Vec3(0f), 50f, up: true);

        if (thickness > 0f)
        {
            TestScenes.AddQuad(builder, place, new Vec3(0f, -thickness, 0f), 50f, up: false);
        }

        var scene = TestScenes.Finish(builder, new SceneOptions { Environment = White });
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var camera = new Camera
        {
            Position = new Vec3(0f, 1f, 0f),
            Target = new Vec3(0f),
            Up = new Vec3(0f, 0f, -1f),
            OrthographicHalfHeight = 1e-3f,
        };
        var view = new RenderView { Width = 4, Height = 4, Camera = camera };

        return Pictures.Mean(Pictures.Render(tracer, view, 1024, 4, 64));
    }

    /// <summary>A floor of the material as a ray under that cosine meets it, from above or from below.</summary>
    private static Surface SurfaceOf(SceneMaterial material, float cosine, bool front, out Vec3 outgoing)
    {
        var scene = TestScenes.Floor(material, _ => { }, White);
        using var pinned = new PinnedScene(scene.Tables);
        var table = pinned.As<OneLevel>();
        var towards = new Vec3(MathF.Sqrt(1f - (cosine * cosine)), front ? cosine : -cosine, 0f);
        var direction = -towards;
        var hit = table.Closest(towards, direction, float.MaxValue, 0u, out var instance);
        Surface.At(table, hit, instance, towards, direction, out var surface);
        outgoing = Basis.Along(surface.Normal, surface.Layers.Tangent).ToLocal(towards);

        return surface;
    }

    /// <summary>A midpoint rule over the whole sphere.</summary>
    private static void Integrate(in Surface surface, Vec3 outgoing, out float chance, out Vec3 albedo)
    {
        const int rows = 700;
        const int columns = 1400;
        double sum = 0, red = 0, blue = 0;

        for (var i = 0; i < rows * columns; i++)
        {
            var z = (((i / columns) + 0.5f) / rows * 2f) - 1f;
            Num.SinCosTurns(((i % columns) + 0.5f) / columns, out var sine, out var cosine);
            var radius = MathF.Sqrt(1f - (z * z));
            var value = Bsdf.Evaluate(surface, outgoing, new Vec3(radius * cosine, radius * sine, z), out var pdf);
            sum += pdf;
            red += value.X;
            blue += value.Z;
        }

        const double cell = 4 * Math.PI / (rows * columns);
        chance = (float)(sum * cell);
        albedo = new Vec3((float)(red * cell), 0f, (float)(blue * cell));
    }

    /// <summary>The mean weight of drawn directions, and the share that was not lost.</summary>
    private static (Vec3 Mean, float Kept) Drawn(in Surface surface, Vec3 outgoing)
    {
        // Roberts' R3 sequence: even in three dimensions at any count.
        const double step = 1.2207440846057596;
        const int count = 200_000;
        double red = 0, green = 0, blue = 0, kept = 0;

        for (var i = 1; i <= count; i++)
        {
            var local = Bsdf.Sample(
                surface, outgoing, Fraction(i / step), Fraction(i / (step * step)), Fraction(i / (step * step * step)));
            var value = Bsdf.Evaluate(surface, outgoing, local, out var pdf);

            if (pdf > 0f)
            {
                kept++;
                red += value.X / pdf;
                green += value.Y / pdf;
                blue += value.Z / pdf;
            }
        }

        return (
            new Vec3((float)(red / count), (float)(green / count), (float)(blue / count)), (float)(kept / count));
    }

    private static float Fraction(double x) =>
        (float)(x - Math.Floor(x)) is var fraction && fraction < 1f ? fraction : 0f;
}
