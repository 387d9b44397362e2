using CsCheck;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Film;

public sealed class TileSpreadTests
{
    private static readonly Tile Whole = new(0, 0, 24, 16);
    private static readonly int[] Steps = [16, 16, 32, 64];

    [Fact]
    public void The_variance_is_that_between_the_means_weighted_by_their_samples() =>
        Gen.Float[0f, 4f].Array[4].Sample(
            means =>
            {
                var spread = new TileSpread(new(0, 0, 1, 1));
                var first = 0;

                for (var i = 0; i < Steps.Length; i++)
                {
                    spread.Add(Grey(new(0, 0, 1, 1), first, Steps[i], means[i]));
                    first += Steps[i];
                }

                // The textbook's formula, in two passes.
                var light = means.Select(mean => (double)Luminance(mean)).ToArray();
                var mean = light.Zip(Steps, (x, n) => x * n).Sum() / 128;
                var between = light.Zip(Steps, (x, n) => n * (x - mean) * (x - mean)).Sum() / 3;
                Assert.Equal(between / 128, spread.Variance(0), 1e-6);
                Assert.Equal(spread.Variance(0) / ((mean * mean) + 0.01), spread.RelativeError, 1e-4);
            },
            iter: 200);

    [Fact]
    public void The_error_that_is_told_is_about_the_error_that_is_there()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky() });
        var truth = Means(Units(scene, seed: 1000, [4096])[0], 4096);
        var (told, real) = (0.0, 0.0);

        for (ulong seed = 1; seed <= 8; seed++)
        {
            var units = Units(scene, seed, Steps);
            var spread = new TileSpread(Whole);
            units.ForEach(spread.Add);
            told += spread.RelativeError;
            var sums = new double[Whole.Pixels];

            foreach (var unit in units)
            {
                var means = Means(unit, unit.Samples.Count);

                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += means[i] * unit.Samples.Count / 128;
                }
            }

            real += sums.Zip(truth, (mean, right) => (mean - right) * (mean - right) / ((right * right) + 0.01)).Average();
        }

        Assert.InRange(told / real, 0.5, 2);
    }

    [Fact]
    public void One_unit_alone_tells_nothing_and_gaps_are_refused()
    {
        var spread = new TileSpread(Whole);
        spread.Add(Grey(Whole, 0, 16, 1f));

        Assert.Equal(double.PositiveInfinity, spread.RelativeError);
        Assert.Throws<ArgumentException>(() => spread.Add(Grey(Whole, 32, 32, 1f)));
        Assert.Throws<ArgumentException>(() => spread.Add(Grey(Whole with { X = 1 }, 16, 16, 1f)));
        spread.Add(Grey(Whole, 16, 16, 1f));
        Assert.Equal((0.0, 32), (spread.RelativeError, spread.Samples));
    }

    [Fact]
    public void Variance_and_samples_become_channels()
    {
        var spread = new TileSpread(Whole);
        Units(SceneReader.Read(TestScenes.SmallGlb()), seed: 1, [16, 16, 32]).ForEach(spread.Add);
        var film = new AovFilm(Whole.Width, Whole.Height);
        film.Add(spread);

        Assert.All(film.Channels.Single(channel => channel.Name == "samples.N").Values, n => Assert.Equal(64f, n));
        Assert.Contains(film.Channels.Single(channel => channel.Name == "variance.Y").Values, v => v > 0f);
    }

    private static List<TileSums> Units(Scene scene, ulong seed, int[] counts)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, Whole.Width, Whole.Height) with { Seed = seed };
        var units = new List<TileSums>();
        var first = 0;

        foreach (var count in counts)
        {
            units.Add(tracer.Trace(view, Whole, new(first, count), TestContext.Current.CancellationToken));
            first += count;
        }

        return units;
    }

    private static double[] Means(TileSums unit, int samples) =>
    [
        .. Enumerable.Range(0, unit.Tile.Pixels).Select(i => new Vec3(
            unit.Values[i * 3], unit.Values[(i * 3) + 1], unit.Values[(i * 3) + 2]).Luminance() / (double)samples),
    ];

    private static float Luminance(float grey) => new Vec3(grey).Luminance();

    private static TileSums Grey(Tile tile, int first, int count, float mean) =>
        new(tile, new(first, count), 0, 0, [.. Enumerable.Repeat(mean * count, tile.Pixels * 3)]);
}
