using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class SceneSourceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Fox.glb", "Run")]
    [InlineData("MorphStressTest.glb", "TheWave")]
    public void A_moment_of_a_source_is_the_scene_that_is_read_for_it_alone_bit_for_bit(string file, string clip)
    {
        byte[] glb = File.ReadAllBytes(TestScenes.DataFile(file));
        var sky = TestScenes.SunnySky();
        var source = Open(glb, sky);

        foreach (var seconds in new[] { 0.3f, 0f, 0.6f, 0.3f })
        {
            var alone = SceneReader.Read(
                glb, new SceneOptions { Environment = sky, Animation = clip, AnimationSeconds = seconds });
            var moment = source.At(clip, seconds, Cancel);

            Assert.Equal(alone.Facts.MemoryBytes, moment.Facts.MemoryBytes);
            Assert.Equal(alone.Facts.Textures, moment.Facts.Textures);
            Assert.Equal(Traced(alone), Traced(moment));
        }
    }

    [Fact]
    public void What_stands_still_is_the_same_in_memory()
    {
        var source = Open(TestScenes.SmallGlb(), TestScenes.SunnySky());
        var (first, second) = (source.At(null, 0f, Cancel), source.At(null, 0f, Cancel));

        Assert.NotSame(first, second);
        Assert.Same(first.Tables.Texels, second.Tables.Texels);
        Assert.Same(first.Tables.EnvironmentPixels, second.Tables.EnvironmentPixels);
        Assert.Equal(first.Tables.Materials, second.Tables.Materials);
        Assert.Equal(Traced(first), Traced(second));
    }

    [Fact]
    public void A_clip_that_is_not_there_leaves_the_source_in_order()
    {
        var source = Open(TestScenes.SmallGlb(), TestScenes.SunnySky());
        var before = Traced(source.At(null, 0f, Cancel));

        Assert.Contains("is not there", Assert.Throws<SceneFormatException>(() => source.At("Dance", 0f, Cancel)).Message);
        Assert.Equal(before, Traced(source.At(null, 0f, Cancel)));
    }

    [Fact]
    public async Task The_files_of_the_scene_that_moved_last_are_kept_and_no_others()
    {
        var sources = new SceneSources();
        var opened = new List<string>();

        foreach (var (key, moves) in new[] { ("a", true), ("a", true), ("s", false), ("a", true), ("b", true), ("a", true) })
        {
            await sources.Get(
                key,
                moves,
                _ =>
                {
                    opened.Add(key);
                    return Task.FromResult(Open(TestScenes.SmallGlb(), TestScenes.SunnySky()));
                },
                Cancel);
        }

        Assert.Equal(["a", "s", "b", "a"], opened);
        Assert.Equal(3, sources.Opened);
    }

    private static SceneSource Open(byte[] glb, EnvironmentMap environment) => SceneReader.Open(
        "scene.glb",
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["scene.glb"] = glb },
        new SceneOptions { Environment = environment });

    private static byte[] Traced(Scene scene)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);

        return tracer.Trace(Pictures.View(scene, 32, 24), new Tile(0, 0, 32, 24), new(0, 2), Cancel).ToBytes();
    }
}
