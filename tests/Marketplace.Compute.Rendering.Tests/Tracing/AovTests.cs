using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

public sealed class AovTests(KernelDevices devices)
{
    private const int Samples = 16;

    [Fact]
    public void A_ball_shows_its_colour_its_normal_and_how_far_it_is()
    {
        var painted = new SceneMaterial { Base = new Float4(0.2f, 0.4f, 0.6f, 1f) };
        var scene = TestScenes.Sphere(painted, TestScenes.SunnySky());
        var camera = new Camera { Position = new Vec3(0f, 0f, 5f), Target = new Vec3(0f) };
        var aovs = Trace(scene, new RenderView { Width = 33, Height = 33, Camera = camera });
        const int middle = (16 * 33) + 16;

        Assert.Equal(0.2f, aovs.Albedo(middle).X, 1e-6f);
        Assert.Equal(0.6f, aovs.Albedo(middle).Z, 1e-6f);
        Assert.InRange(aovs.Normal(middle).Z, 0.99f, 1.0001f);
        Assert.InRange(aovs.Depth(middle), 3.99f, 4.02f);
        Assert.Equal(1f, aovs.Coverage(middle));
        Assert.Equal(0, aovs.ObjectId(middle));

        Assert.Equal(0f, aovs.Coverage(0));
        Assert.Equal(0f, aovs.Depth(0));
        Assert.Equal(-1, aovs.ObjectId(0));
        Assert.Equal(new Vec3(0f), aovs.Albedo(0));
    }

    [Fact]
    public void Objects_have_the_numbers_of_their_nodes()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        var aovs = Trace(scene, Pictures.View(scene, 128, 64));
        var seen = Enumerable.Range(0, 128 * 64).Select(aovs.ObjectId).Distinct().Order();

        Assert.Equal([-1, 0, 1], seen);
    }

    [Fact]
    public void The_kernel_on_the_CPU_accelerator_gives_the_Hosts_bits()
    {
        foreach (var scene in SameBitsTests.Scenes())
        {
            var view = Pictures.View(scene, 20, 12);
            using var kernel = new PathTracer(scene, devices.Interpreter);
            var tile = new Tile(3, 2, 15, 9);
            var expected = Trace(scene, view, tile);
            var seen = kernel.TraceAovs(view, tile, Samples, TestContext.Current.CancellationToken);

            for (var i = 0; i < tile.Pixels; i++)
            {
                Assert.Equal(expected.Albedo(i), seen.Albedo(i));
                Assert.Equal(expected.Normal(i), seen.Normal(i));
                Assert.Equal(expected.Depth(i), seen.Depth(i));
                Assert.Equal(expected.Coverage(i), seen.Coverage(i));
                Assert.Equal(expected.ObjectId(i), seen.ObjectId(i));
            }
        }
    }

    [Fact]
    public void Tiles_make_the_channels_of_one_picture()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        var view = Pictures.View(scene, 20, 12);
        var whole = new AovFilm(20, 12);
        whole.Add(Trace(scene, view));
        var cut = new AovFilm(20, 12);

        foreach (var tile in Tile.Cut(20, 12, 7))
        {
            cut.Add(Trace(scene, view, tile));
        }

        Assert.Equal(9, whole.Channels.Count);

        foreach (var channel in whole.Channels)
        {
            Assert.Equal(channel.Values, cut.Channels.Single(other => other.Name == channel.Name).Values);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(AovTile.SamplesMax + 1)]
    public void Samples_out_of_range_are_refused(int samples)
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);

        Assert.Throws<ArgumentOutOfRangeException>(() => tracer.TraceAovs(
            Pictures.View(scene, 4, 4), new Tile(0, 0, 4, 4), samples, TestContext.Current.CancellationToken));
    }

    private static AovTile Trace(Scene scene, RenderView view, Tile? tile = null)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);

        return tracer.TraceAovs(
            view, tile ?? new Tile(0, 0, view.Width, view.Height), Samples, TestContext.Current.CancellationToken);
    }
}
