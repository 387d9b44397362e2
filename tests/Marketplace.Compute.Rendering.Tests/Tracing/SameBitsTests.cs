using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests.Tracing;

public sealed class SameBitsTests(KernelDevices devices)
{
    [Theory]
    [InlineData(64, 1, 1)]
    [InlineData(7, 1, 2)]
    [InlineData(16, 2, 2)]
    [InlineData(33, 4, 3)]
    [InlineData(5, 8, 1)]
    public void Every_cut_into_tiles_samples_and_threads_gives_the_same_bits(int tile, int batches, int threads)
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        var view = Pictures.View(scene, 40, 25);
        using var one = new HostDevice(1);
        using var several = new HostDevice(threads);
        using var whole = new PathTracer(scene, one);
        using var cut = new PathTracer(scene, several);

        Assert.Equal(Pictures.Render(whole, view, 72, 40, 8), Pictures.Render(cut, view, 72, tile, batches));
    }

    [Fact]
    public void Another_seed_or_frame_gives_another_picture_and_the_same_gives_the_same()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 16, 16);
        var picture = Pictures.Render(tracer, view, 16, 16, 1);

        Assert.Equal(picture, Pictures.Render(tracer, view, 16, 16, 1));
        Assert.NotEqual(picture, Pictures.Render(tracer, view with { Seed = 2 }, 16, 16, 1));
        Assert.NotEqual(picture, Pictures.Render(tracer, view with { Frame = 1 }, 16, 16, 1));
    }

    [Fact]
    public void The_kernel_on_the_CPU_accelerator_gives_the_Hosts_bits()
    {
        using var processor = new HostDevice(2);

        foreach (var scene in Scenes())
        {
            using var host = new PathTracer(scene, processor);
            using var kernel = new PathTracer(scene, devices.Interpreter);
            var view = Pictures.View(scene, 20, 12);

            Assert.Equal(Pictures.Render(host, view, 20, 20, 2), Pictures.Render(kernel, view, 20, 11, 1));
        }
    }

    [Fact]
    public void Both_sequences_agree_in_the_mean()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky() });
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = Pictures.View(scene, 16, 16);
        var sobol = Pictures.Mean(Pictures.Render(tracer, view, 256, 16, 16));
        var philox = Pictures.Mean(Pictures.Render(
            tracer, view with { Sequence = SampleSequence.Philox }, 256, 16, 16));

        Assert.InRange(philox.X / sobol.X, 0.97f, 1.03f);
        Assert.InRange(philox.Z / sobol.Z, 0.97f, 1.03f);
    }

    [Fact]
    public void A_cancelled_unit_ends_with_the_cancellation()
    {
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => tracer.Trace(
            Pictures.View(scene, 16, 16), new Tile(0, 0, 16, 16), new SampleRange(0, 16), source.Token));
    }

    /// <summary>
    /// Between them: textures, emissive triangles, alpha blending, environment, every punctual light, every layer, and
    /// lamps behind panes.
    /// </summary>
    internal static IEnumerable<Scene> Scenes()
    {
        yield return SceneReader.Read(
            TestScenes.SmallGlb(), new SceneOptions { Environment = TestScenes.SunnySky(), EnvironmentTurns = 0.3f });

        yield return SceneReader.Read(
            ForestScene.ToGlb(8, 30, hasLamps: true), new SceneOptions { SavedTrianglesMin = 0 });

        var glass = new SceneMaterial { Base = new Float4(1f, 0.5f, 0.5f, 0.5f), AlphaCutoff = -1f, Metallic = 0f };
        var pane = new SceneMaterial { Metallic = 0f, Roughness = 0f, Layers = new SceneLayers { Transmission = 0.8f } };

        yield return TestScenes.Sphere(LayeredBall(isVolume: true), TestScenes.SunnySky());
        yield return TestScenes.Sphere(LayeredBall(isVolume: false), TestScenes.SunnySky());
        yield return TestScenes.Floor(new SceneMaterial { Roughness = 0.3f }, builder =>
        {
            TestScenes.AddQuad(builder, builder.AddMaterial(glass), new Vec3(0f, 3f, 0f), 20f, up: true);
            TestScenes.AddQuad(builder, builder.AddMaterial(pane), new Vec3(-4f, 4f, 0f), 8f, up: true);
            TestScenes.AddQuad(builder, builder.AddMaterial(pane), new Vec3(-2f, 5f, 0f), 8f, up: false);

            for (var kind = LightRows.KindPoint; kind <= LightRows.KindDirectional; kind++)
            {
                builder.AddLight(new LightSource
                {
                    Kind = kind,
                    Position = new Vec3(5f * kind, 8f, 0f),
                    Direction = new Vec3(0f, -1f, 0f),
                    Power = new Vec3(40f, 30f, 20f * kind),
                    Range = kind == LightRows.KindSpot ? 30f : 0f,
                    CosInner = 0.9f,
                    CosOuter = 0.5f,
                });
            }
        });
    }

    private static SceneMaterial LayeredBall(bool isVolume) => new()
    {
        Metallic = 0.2f,
        Roughness = 0.3f,
        Layers = new SceneLayers
        {
            Coat = 0.5f,
            CoatRoughness = 0.1f,
            SheenColour = new Vec3(0.3f, 0.1f, 0.2f),
            SheenRoughness = 0.4f,
            Anisotropy = 0.5f,
            Iridescence = 0.6f,
            Transmission = 0.7f,
            IsVolume = isVolume,
            Attenuation = new Vec3(0.2f, 0.5f, 0.9f),
            SpecularColour = new Vec3(1f, 0.8f, 0.6f),
        },
    };
}
