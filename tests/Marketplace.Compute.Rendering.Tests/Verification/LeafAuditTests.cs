using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;

namespace Marketplace.Compute.Rendering.Tests.Verification;

public sealed class LeafAuditTests
{
    private const int Edge = 64;
    private const int InformativeMin = 64;

    private static readonly Tile Middle = new(Edge / 2, 0, Edge, Edge);
    private static readonly Tile Beside = new(0, 0, Edge, Edge);
    private static readonly SampleRange Second = new(SampleRange.Batch, SampleRange.Batch);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_honest_leaf_agrees_whoever_made_it()
    {
        using var processor = new HostDevice(2);
        using var accelerator = IlgpuDevice.OpenForTests();
        var scene = SceneReader.Read(TestScenes.SmallGlb());
        using var tracer = new PathTracer(scene, processor);
        using var kernel = new PathTracer(scene, accelerator);
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
            Assert.Equal((1.0, 0.0), (found.Agreeing, found.MeanDifference));
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
