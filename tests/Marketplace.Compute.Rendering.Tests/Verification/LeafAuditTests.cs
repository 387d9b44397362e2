using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Compute.Rendering.Tests.Verification;

public sealed class LeafAuditTests(KernelDevices devices)
{
    private const int Edge = 64;
    private const int InformativeMin = LeafJudge.InformativeMin;
    private const float Firefly = 1e9f;

    private static readonly Tile Middle = new(Edge / 2, 0, Edge, Edge);
    private static readonly Tile Beside = new(0, 0, Edge, Edge);
    private static readonly SampleRange Second = new(SampleRange.Batch, SampleRange.Batch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_honest_leaf_agrees_whoever_made_it()
    {
        using var processor = new HostDevice(2);
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, processor);
        using var kernel = new PathTracer(scene, devices.Interpreter);
        var view = View(scene);

        foreach (var claimed in new[]
        {
            tracer.Trace(view, Middle, Second, Cancel),
            tracer.Trace(view, Middle, new SampleRange(0, 5), Cancel),
            tracer.Trace(view, Middle, new SampleRange(0, 1), Cancel),
            kernel.Trace(view, new Tile(50, 20, 20, 24), Second, Cancel),
        })
        {
            var found = LeafAudit.Check(tracer, view, claimed, Cancel);

            Assert.True(found.Informative >= InformativeMin, $"{claimed.Tile} {claimed.Samples}: {found}");
            Assert.Equal((1.0, 0.0, 0), (found.Agreeing, found.MeanDifference, found.Astray));
        }
    }

    [Fact]
    public void What_saves_work_is_found()
    {
        using var device = new HostDevice(2);
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, device);
        var view = View(scene);
        var cheat = new CheatingTracer(tracer, view, Cancel);

        foreach (var (name, claimed) in new[]
        {
            ("14 of 16 samples", cheat.Fewer(Middle, Second, 14)),
            ("half of the samples", cheat.Fewer(Middle, Second, 8)),
            ("another seed", cheat.OtherSeed(Middle, Second)),
            ("4 samples, smoothed", cheat.Blurred(Middle, Second, 4)),
            ("another tile", cheat.Reused(Middle, Second, Beside)),
            ("another frame", cheat.OtherFrame(Middle, Second)),
        })
        {
            var found = LeafAudit.Check(tracer, view, claimed, Cancel);

            Assert.True(found.Informative >= InformativeMin && found.Agreeing < 0.9, $"{name}: {found}");
        }
    }

    [Fact]
    public void A_leaf_that_is_black_or_flat_tells_nothing()
    {
        using var device = new HostDevice(1);
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, device);
        var view = View(scene) with { MaxBounces = 0 };
        var sky = new Tile(0, 0, 4, 4);

        var found = LeafAudit.Check(tracer, view, tracer.Trace(view, sky, Second, Cancel), Cancel);

        Assert.True(found.Informative < InformativeMin, $"{found}");
    }

    [Fact]
    public void A_picture_without_noise_whose_pixels_are_shuffled_is_found()
    {
        // Black and white, edge to edge in the middle of the tile: the right mean is all that is left of it.
        var scene = TestScenes.Finish(TwoColours(), new SceneOptions());
        var (honest, found) = Compare(scene, Above(Edge), cheat => cheat.Shuffled);

        Assert.Equal(0, honest.Astray);
        Assert.InRange(found.Astray, Edge * Edge * 4 / 10, Edge * Edge * 6 / 10);
        Assert.True(found.Informative < InformativeMin && found.MeanDifference < 1e-3, $"{found}");
    }

    [Fact]
    public void A_background_that_is_replaced_by_its_mean_is_found()
    {
        var scene = TestScenes.Sphere(new SceneMaterial(), Gradient());
        var (honest, found) = Compare(
            scene,
            new Camera { Position = new Vec3(0f, 0f, 5f), Target = new Vec3(0f, 0f, 9f), VerticalFovDegrees = 60f },
            cheat => cheat.Flattened);

        Assert.Equal(0, honest.Astray);
        Assert.True(found.Astray > Edge * Edge / 4 && found.MeanDifference < 1e-3, $"{found}");
    }

    [Fact]
    public void An_honest_leaf_with_one_huge_path_that_differs_is_accepted()
    {
        var (again, part, _) = Traces();
        var claimed = With(again, Firefly * 1.05f);

        var found = LeafAudit.Compare(claimed, With(again, Firefly), With(part, Firefly));

        Assert.True(found.MeanDifference < 1e-6 && found.Informative >= InformativeMin, $"{found}");
        Assert.Equal(LeafVerdict.Accepted, Judge(found));
    }

    [Fact]
    public void Painted_pixels_beside_one_huge_path_are_rejected()
    {
        var (again, part, other) = Traces();

        var found = LeafAudit.Compare(With(other, Firefly), With(again, Firefly), With(part, Firefly));

        Assert.Equal(LeafVerdict.Rejected, Judge(found));
    }

    [Fact]
    public void Light_that_was_invented_in_a_black_leaf_is_seen()
    {
        var black = CheatingTracer.As(Middle, Second, View(), new float[Middle.Pixels * 3]);

        Assert.Equal(LeafVerdict.Uninformative, Judge(LeafAudit.Compare(black, black, black)));
        Assert.Equal(LeafVerdict.ThirdOpinion, Judge(LeafAudit.Compare(With(black, 1f), black, black)));
    }

    private static LeafVerdict Judge(LeafFinding found) => LeafJudge.Judge(
        new(found.Pixels, found.Informative, found.Agreeing, found.MeanDifference, found.Astray));

    /// <summary>A leaf, the first half of it, and the same leaf of another seed.</summary>
    private static (TileSums Again, TileSums Part, TileSums Other) Traces()
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(SceneReader.Read(TestScenes.SmallGlb()), device);
        var cheat = new CheatingTracer(tracer, View(), Cancel);

        return (
            tracer.Trace(View(), Middle, Second, Cancel),
            tracer.Trace(View(), Middle, Second with { Count = Second.Count / 2 }, Cancel),
            cheat.OtherSeed(Middle, Second));
    }

    /// <summary>The same sums, with one pixel of this much light.</summary>
    private static TileSums With(TileSums sums, float light)
    {
        var values = sums.Values.ToArray();
        values.AsSpan(values.Length / 2 / 3 * 3, 3).Fill(light);

        return CheatingTracer.As(sums.Tile, sums.Samples, View(), values);
    }

    private static RenderView View() => View(SceneReader.Read(TestScenes.SmallGlb()));

    private static (LeafFinding Honest, LeafFinding Cheat) Compare(
        Scene scene, Camera camera, Func<CheatingTracer, Func<Tile, SampleRange, TileSums>> way)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView { Width = Edge, Height = Edge, Camera = camera, Seed = 1 };
        var whole = new Tile(0, 0, Edge, Edge);

        return (
            LeafAudit.Check(tracer, view, tracer.Trace(view, whole, Second, Cancel), Cancel),
            LeafAudit.Check(tracer, view, way(new CheatingTracer(tracer, view, Cancel))(whole, Second), Cancel));
    }

    private static SceneBuilder TwoColours()
    {
        var builder = new SceneBuilder();
        var left = builder.AddMaterial(new SceneMaterial { Unlit = true, Base = new Float4(0.1f, 0.1f, 0.1f, 1f) });
        var right = builder.AddMaterial(new SceneMaterial { Unlit = true });
        TestScenes.AddQuad(builder, left, new Vec3(-4f, 0f, 0f), 4f, up: true);
        TestScenes.AddQuad(builder, right, new Vec3(4f, 0f, 0f), 4f, up: true);

        return builder;
    }

    private static Camera Above(int edge) => new()
    {
        Position = new Vec3(0f, 1f, 0f),
        Target = new Vec3(0f),
        Up = new Vec3(0f, 0f, -1f),
        OrthographicHalfHeight = edge / 64f,
    };

    /// <summary>A sky so smooth that no pixel of it has noise, and yet each is another.</summary>
    private static EnvironmentMap Gradient()
    {
        const int Columns = 512, Rows = 256;
        var pixels = new Float4[Columns * Rows];

        for (var at = 0; at < pixels.Length; at++)
        {
            var height = 1f + (0.2f * (at / Columns) / Rows);
            pixels[at] = new Float4(height, height, height, 0f);
        }

        return EnvironmentMap.Of(Columns, Rows, pixels);
    }

    /// <summary>A picture's last batches may be short, and a device's tree of them lopsided.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(16, 7)]
    [InlineData(32, 16)]
    [InlineData(64, 24)]
    [InlineData(64, 64)]
    [InlineData(128, 100)]
    public void A_unit_is_traced_once_and_yet_tells_its_noise(int first, int count)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(SceneReader.Read(TestScenes.SmallGlb()), device);
        var samples = new SampleRange(first, count);

        var (whole, part) = tracer.TraceWithPart(View(), Middle, samples, Cancel);

        var expected = tracer.Trace(View(), Middle, samples, Cancel).Values.ToArray();
        Assert.Equal(samples, whole.Samples);

        Assert.Equal(expected, whole.Values.ToArray());
        Assert.InRange(part.Samples.Count, 1, count / 2);
        var finding = LeafAudit.Compare(whole, whole, part);
        Assert.True(finding.Informative > 300, $"{finding.Informative} of {Middle.Pixels} pixels have noise");
    }

    [Fact]
    public void A_kernel_goes_on_where_a_batch_was_halved()
    {
        using var tracer = new PathTracer(SceneReader.Read(TestScenes.SmallGlb()), devices.Interpreter);
        var (tile, samples) = (new Tile(50, 20, 8, 8), new SampleRange(16, 6));

        var (whole, part) = tracer.TraceWithPart(View(), tile, samples, Cancel);

        Assert.Equal(tracer.Trace(View(), tile, samples, Cancel).Values.ToArray(), whole.Values.ToArray());
        Assert.Equal(samples with { Count = 3 }, part.Samples);
        Assert.Throws<ArgumentException>(() => tracer.TraceWithPart(View(), tile, new(16, 32), Cancel));
    }

    [Fact]
    public void Sums_of_another_order_are_refused()
    {
        using var device = new HostDevice(1);
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, device);
        var view = View(scene);
        var claimed = tracer.Trace(view, new Tile(0, 0, 8, 8), Second, Cancel);

        Assert.Throws<ArgumentException>(() => LeafAudit.Check(tracer, view with { Seed = 9 }, claimed, Cancel));
        Assert.Throws<ArgumentException>(() => LeafAudit.Check(tracer, view with { Frame = 9 }, claimed, Cancel));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(40)]
    [InlineData(112)]
    public void A_unit_is_the_sum_of_its_leaves_bit_for_bit_and_of_no_others(int samples)
    {
        using var device = new HostDevice(2);
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, device);
        var view = View(scene);
        var tile = new Tile(20, 20, 9, 7);
        var range = new SampleRange(0, samples);
        var unit = tracer.Trace(view, tile, range, Cancel);
        var leaves = UnitLeaves.Trace(tracer, view, tile, range, Cancel);

        Assert.Null(UnitLeaves.WhyNot(unit, leaves));

        var altered = leaves[^1].Values.ToArray();
        altered[5] = MathF.BitIncrement(altered[5]) + 1f;
        TileSums[] wrong = [.. leaves.SkipLast(1), CheatingTracer.As(tile, leaves[^1].Samples, view, altered)];
        Assert.Contains("value 5", UnitLeaves.WhyNot(unit, wrong), StringComparison.Ordinal);
        Assert.Contains("leaves", UnitLeaves.WhyNot(unit, [.. leaves, leaves[0]]), StringComparison.Ordinal);

        if (leaves.Count > 1)
        {
            TileSums[] swapped = [leaves[1], leaves[0], .. leaves.Skip(2)];
            Assert.Contains("leaf 0 is of", UnitLeaves.WhyNot(unit, swapped), StringComparison.Ordinal);
        }
    }

    private static RenderView View(Scene scene) => Pictures.View(scene, 2 * Edge, Edge);
}
