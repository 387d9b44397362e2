using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class IndirectMaxTests
{
    private const float Strength = 100f;

    [Fact]
    public void A_mirror_that_faces_a_lamp_is_as_bright_in_the_file_as_the_lamp() =>
        Assert.InRange(Seen(view => view).Average(), Strength * 0.99f, Strength * 1.01f);

    [Fact]
    public void A_bound_cuts_what_the_mirror_shows() =>
        Assert.All(Seen(view => view with { IndirectMax = 10f }), value => Assert.InRange(value, 9.9f, 20f));

    [Fact]
    public void A_bound_of_minus_zero_is_none() =>
        Assert.Equal(Seen(view => view), Seen(view => view with { IndirectMax = -0f }));

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void A_bound_below_zero_or_that_is_no_number_is_refused(float bound) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Seen(view => view with { IndirectMax = bound }));

    /// <summary>All values of the EXR of a mirror, seen from straight above, with a lamp behind the viewer.</summary>
    private static IEnumerable<float> Seen(Func<RenderView, RenderView> change)
    {
        var mirror = new SceneMaterial { Metallic = 1f, Roughness = 0f };
        var lamp = new SceneMaterial { Base = default, Emission = new Vec3(Strength), Metallic = 0f };
        var scene = TestScenes.Floor(mirror, builder =>
            TestScenes.AddQuad(builder, builder.AddMaterial(lamp), new Vec3(0f, 4f, 0f), 3f, up: false));
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var camera = new Camera
        {
            Position = new Vec3(0f, 1f, 0f),
            Target = new Vec3(0f),
            Up = new Vec3(0f, 0f, -1f),
            OrthographicHalfHeight = 0.1f,
        };
        var view = change(new RenderView { Width = 8, Height = 8, Camera = camera, Seed = 1 });
        var film = new FrameFilm(8, 8, 16, view.Frame, view.Seed);
        film.Add(tracer.Trace(view, new Tile(0, 0, 8, 8), new SampleRange(0, 16), TestContext.Current.CancellationToken));
        using var file = new MemoryStream();
        film.ToExr(ExrPrecision.Half, file);

        return ExrPictureTests.Read(file.ToArray()).Values.SelectMany(values => values);
    }
}
