using Marketplace.Compute.Rendering.Benchmarks;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Benchmarks;

public sealed class RenderBenchmarkTests(LoadedBenchmark loaded) : IClassFixture<LoadedBenchmark>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_four_scenes_of_different_kinds_and_each_has_light()
    {
        var all = loaded.Scenes;
        Assert.Equal("room studio glass lamps", string.Join(' ', all.Select(scene => scene.Name)));

        foreach (var (name, glb) in all)
        {
            var scene = SceneReader.Read(glb);
            Assert.Empty(scene.Facts.UnsupportedExtensions);
            using var tracer = new PathTracer(scene, loaded.Device);
            var view = new RenderView { Width = 32, Height = 32, Camera = scene.Cameras[0] };
            var sums = tracer.Trace(view, new(0, 0, 32, 32), new(0, 16), Cancel).Values.ToArray();
            var lit = sums.Chunk(3).Count(pixel => pixel.Sum() > 0.1f);
            Assert.True(lit > 32 * 32 / 4, $"{name}: {lit} of 1024 pixels have light");
        }

        Assert.True(SceneReader.Read(all[3].Glb).Facts.Lights > 10_000, "the lamps are many emitters");
    }

    [Fact]
    public void Scenes_are_the_same_every_time() =>
        Assert.Equal(loaded.Scenes.Select(scene => scene.Glb), BenchmarkScenes.All().Select(scene => scene.Glb));

    [Fact]
    public void Every_scene_is_measured()
    {
        var readings = loaded.Benchmark.Measure(TimeSpan.FromMilliseconds(1), 16, Cancel);

        Assert.Equal("room studio glass lamps", string.Join(' ', readings.Select(reading => reading.Scene)));
        Assert.All(readings, reading => Assert.True(reading.SamplesPerSecond > 0));
    }

    [Fact]
    public void Many_bounces_in_a_room_cost_more_than_nothing_to_see()
    {
        var room = loaded.Scenes[0].Glb;

        // The machine may be busy at one moment or another: the middle of some.
        var inside = Cost(new() { Position = new(0f, 1f, 0.5f), Target = new(0f, 1f, 0f) });
        var outside = Cost(new() { Position = new(0f, 1f, 9f), Target = new(0f, 1f, 99f) });

        Assert.InRange(outside, 1e-9, inside / 2);

        double Cost(Camera camera)
        {
            using var tracer = new PathTracer(SceneReader.Read(room), loaded.Device);
            var view = new RenderView { Width = 32, Height = 32, Camera = camera, MaxBounces = 60 };

            return Enumerable.Range(0, 5)
                .Select(_ => loaded.Benchmark.CostOf(tracer, view, new(0, 16), Cancel)).Order().ElementAt(2);
        }
    }

    [Fact]
    public void The_mean_is_geometric_so_that_no_scene_outweighs_another()
    {
        Assert.Equal(20, RenderBenchmark.Mean([new("a", 10), new("b", 40)]), 9);
        Assert.Throws<ArgumentException>(() => RenderBenchmark.Mean([]));
        Assert.Throws<ArgumentException>(() => RenderBenchmark.Mean([new("a", 0)]));
    }

    [Fact]
    public void The_tree_takes_some_time()
    {
        var scene = SceneReader.Read(loaded.Scenes[3].Glb);

        Assert.InRange(TreeBuild.Measure(scene, TimeProvider.System, TestContext.Current.CancellationToken).TotalSeconds, 1e-5, 60);
    }
}
