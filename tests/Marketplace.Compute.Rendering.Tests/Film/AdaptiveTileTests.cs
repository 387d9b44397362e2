using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class AdaptiveTileTests
{
    private static readonly Tile Whole = new(0, 0, 24, 16);

    [Fact]
    public void The_sums_are_those_of_a_plain_unit_and_no_number_of_threads_changes_them()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky() });
        var target = new NoiseTarget(6e-4, 32, 1024);
        var one = Render(scene, target, threads: 1);
        var several = Render(scene, target, threads: 3);
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var plain = tracer.Trace(
            Pictures.View(scene, 24, 16), Whole, one.Sums.Samples, TestContext.Current.CancellationToken);

        Assert.InRange(one.Noise.Samples, 64, 512);
        Assert.Equal(plain.ToBytes(), one.Sums.ToBytes());
        Assert.Equal(one.Sums.ToBytes(), several.Sums.ToBytes());
        Assert.Equal(one.Noise.RelativeError, several.Noise.RelativeError);
        Assert.True(one.Noise.RelativeError <= 6e-4);
    }

    [Fact]
    public void Half_the_error_takes_about_twice_the_samples()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky() });
        var coarse = Render(scene, new NoiseTarget(4e-3, 32, 4096)).Noise.Samples;
        var fine = Render(scene, new NoiseTarget(1e-3, 32, 4096)).Noise.Samples;

        Assert.InRange(fine / (double)coarse, 2, 8);
    }

    [Fact]
    public void A_tile_without_noise_stops_at_the_first_look_and_a_hopeless_one_at_the_last()
    {
        var sky = EnvironmentMap.Uniform(new Vec3(1f));
        var empty = TestScenes.Finish(new SceneBuilder(), new SceneOptions { Environment = sky });
        var glowing = SceneReader.Read(TestScenes.SmallGlb());

        Assert.Equal(32, Render(empty, new NoiseTarget(1e-9, 32, 512)).Noise.Samples);
        Assert.Equal(128, Render(glowing, new NoiseTarget(1e-12, 32, 128)).Noise.Samples);
    }

    [Fact]
    public void The_estimate_is_near_the_true_error()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky() });
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 24, 16) with { Sequence = SampleSequence.Philox };
        var reference = Pictures.Render(tracer, view with { Seed = 77 }, 8192, 24, 512);
        var tile = AdaptiveTile.Render(
            tracer, view, Whole, new NoiseTarget(1e-12, 32, 128), TestContext.Current.CancellationToken);
        double error = 0;

        for (var i = 0; i < Whole.Pixels; i++)
        {
            var truth = new Vec3(reference[i * 3], reference[(i * 3) + 1], reference[(i * 3) + 2]).Luminance();
            var seen = new Vec3(
                tile.Sums.Values[i * 3], tile.Sums.Values[(i * 3) + 1], tile.Sums.Values[(i * 3) + 2]).Luminance()
                / tile.Noise.Samples;
            error += (seen - truth) * (double)(seen - truth) / ((truth * truth) + 0.01);
        }

        Assert.InRange(tile.Noise.RelativeError / (error / Whole.Pixels), 0.5, 2);
    }

    [Theory]
    [InlineData(0.0, 32, 64, "relativeError")]
    [InlineData(double.NaN, 32, 64, "relativeError")]
    [InlineData(0.1, 16, 64, "SamplesMin")]
    [InlineData(0.1, 48, 64, "SamplesMin")]
    [InlineData(0.1, 64, 32, "SamplesMax")]
    [InlineData(0.1, 32, 1000, "SamplesMax")]
    public void A_target_that_is_none_is_refused_by_name(double error, int min, int max, string name) =>
        Assert.Contains(
            name,
            Assert.Throws<ArgumentException>(() => new NoiseTarget(error, min, max).Check()).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_batch_out_of_turn_is_refused()
    {
        var noise = new TileSpread(new Tile(0, 0, 1, 1));
        var second = new TileSums(new Tile(0, 0, 1, 1), new SampleRange(16, 16), 0, 0, new float[3]);

        Assert.Throws<ArgumentException>(() => noise.Add(second));
        Assert.Equal(double.PositiveInfinity, noise.RelativeError);
    }

    [Fact]
    public void Variance_and_samples_become_channels()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        var film = new AovFilm(24, 16);
        var tile = Render(scene, new NoiseTarget(1e-12, 32, 64));
        film.Add(tile.Noise);

        Assert.All(film.Channels.Single(channel => channel.Name == "samples.N").Values, n => Assert.Equal(64f, n));
        Assert.Contains(film.Channels.Single(channel => channel.Name == "variance.Y").Values, v => v > 0f);
    }

    private static AdaptiveTile Render(Scene scene, NoiseTarget target, int threads = 2)
    {
        using var device = new HostDevice(threads);
        using var tracer = new PathTracer(scene, device);

        return AdaptiveTile.Render(
            tracer, Pictures.View(scene, 24, 16), Whole, target, TestContext.Current.CancellationToken);
    }
}
