using System.Text;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Host.Renders;
using Marketplace.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Host.Tests.Renders;

public sealed class LeafAuditorTests : IDisposable
{
    private const string Demo = "demo";
    private const int Frame = 9;

    /// <summary>Three leaves.</summary>
    private const int Samples = 40;

    private static readonly RenderId Render = RenderId.From(Guid.NewGuid());
    private static readonly ProviderId Provider = ProviderId.From(Guid.NewGuid());
    private static readonly AccountId Renter = AccountId.From(Guid.NewGuid());

    private readonly FakeBlobs _blobs = new();
    private readonly VerificationOptions _options = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly HostDevice _rig = new(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_leaf_is_what_is_always_added_up_in_one_go() =>
        Assert.Equal(SampleRange.Batch, UnitCommitment.SamplesPerLeaf);

    [Theory]
    [InlineData(Demo, null)]
    [InlineData("gltf/CornellBox.glb", null)]
    [InlineData("gltf/AttenuationTest.glb", null)]
    [InlineData("gltf/PunctualLights.glb", null)]
    [InlineData("gltf/MorphStressTest.glb", "TheWave")]
    [InlineData("gltf/Fox.glb", "Run")]
    public async Task Honest_units_of_every_tile_stand(string file, string? clip)
    {
        var order = Order(file, clip);
        using var auditor = Auditor();
        var judged = 0;

        foreach (var unit in RenderPlan.Cut(order))
        {
            var outcome = await auditor.Audit(Honest(order, unit), Cancel);

            if (outcome is UnitAuditOutcome.Judged { Verdict: var verdict })
            {
                judged++;
                Assert.Equal(new UnitVerdict(LeafVerdict.Accepted, _options.LeavesPerUnit, AuditDraw.Million, null), verdict);
            }
            else
            {
                // A tile without noise: the background.
                Assert.Contains("too little noise", Assert.IsType<UnitAuditOutcome.Skipped>(outcome).Why, StringComparison.Ordinal);
            }
        }

        Assert.InRange(judged, 1, 2);
    }

    [Fact]
    public async Task Indirect_light_is_bounded_as_ordered_and_without_a_word_as_it_was_before()
    {
        var order = Order(Demo, null);
        var unit = RenderPlan.Cut(order).First();
        using var auditor = Auditor();

        foreach (var (ordered, traced, verdict) in new[]
        {
            (0.01f, 0.01f, LeafVerdict.Accepted), (0.01f, 0f, LeafVerdict.Rejected), (null, 10f, LeafVerdict.Accepted),
            ((float?)0f, 0.01f, LeafVerdict.Rejected),
        })
        {
            var asked = order with { Settings = new() { IndirectMax = ordered } };
            var leaves = Leaves(order with { Settings = new() { IndirectMax = traced } }, unit, Frame);
            var outcome = await auditor.Audit(
                Request(asked, unit, Sum(unit, leaves), [.. leaves.Select(leaf => leaf.ToBytes())]), Cancel);

            Assert.Equal(verdict, Assert.IsType<UnitAuditOutcome.Judged>(outcome).Verdict.Leaf);
        }
    }

    [Fact]
    public async Task Another_moment_of_a_moving_scene_does_not_stand()
    {
        var order = Order("gltf/Fox.glb", "Run");
        var unit = RenderPlan.Cut(order).First();
        using var auditor = Auditor();

        var judged = Judged(await auditor.Audit(Honest(order, unit, frame: Frame + 3), Cancel));

        Assert.Equal((LeafVerdict.Rejected, UnitVerdict.OtherSamples), (judged.Leaf, judged.Cause));
    }

    [Fact]
    public async Task No_more_leaves_are_traced_than_are_wanted_or_paid_for()
    {
        var order = Order(Demo, null);
        var unit = RenderPlan.Cut(order).First();
        var request = Honest(order, unit);

        _options.LeavesPerUnit = 1;
        using var one = Auditor();
        Assert.Equal(1, Judged(await one.Audit(request, Cancel)).Leaves);

        _options.LeavesPerUnit = 3;
        using var all = Auditor();
        Assert.Equal(3, Judged(await all.Audit(request, Cancel)).Leaves);

        // A leaf of sixteen samples, and not quite a second one.
        _options.UnitSamplesMax = ((long)unit.Width * unit.Height * 16 * 2) - 1;
        using var limited = Auditor();
        Assert.Equal(1, Judged(await limited.Audit(request with { Places = [0, 1, 2] }, Cancel)).Leaves);
    }

    [Fact]
    public async Task Sums_that_are_none_do_not_stand_although_they_are_those_that_were_committed_to()
    {
        var order = Order(Demo, null);
        var unit = RenderPlan.Cut(order).First();
        var leaves = Leaves(order, unit, Frame);
        byte[][] files = [.. leaves.Select(leaf => leaf.ToBytes())];
        BitConverter.TryWriteBytes(files[1].AsSpan(TileSums.HeaderBytes), float.NaN);
        using var auditor = Auditor();

        Assert.Equal(
            UnitVerdict.OtherLeaves,
            Judged(await auditor.Audit(Request(order, unit, Sum(unit, leaves), files), Cancel)).Cause);
        Assert.Equal(
            UnitVerdict.OtherSums,
            Judged(await auditor.Audit(
                Request(order, unit, files[1], [.. leaves.Select(leaf => leaf.ToBytes())]), Cancel)).Cause);
    }

    [Fact]
    public async Task Leaves_of_another_tile_or_seed_do_not_stand()
    {
        var order = Order(Demo, null);
        RenderUnit[] units = [.. RenderPlan.Cut(order)];
        using var auditor = Auditor();

        foreach (var (made, unit) in new[] { (order, units[1]), (order with { Seed = 8 }, units[0]) })
        {
            var leaves = Leaves(made, unit, Frame);
            var request = Request(order, units[0], Sum(unit, leaves), [.. leaves.Select(leaf => leaf.ToBytes())]);

            Assert.Equal(UnitVerdict.OtherSums, Judged(await auditor.Audit(request, Cancel)).Cause);
        }
    }

    [Fact]
    public async Task What_the_platform_cannot_check_is_skipped_with_its_reason()
    {
        var order = Order(Demo, null);
        var request = Honest(order, RenderPlan.Cut(order).First());
        using var auditor = Auditor();

        Assert.Contains("no camera 9", await Skipped(auditor, request with { Order = order with { Camera = 9 } }));
        Assert.Contains("is not there any more", await Skipped(
            auditor, request with { Leaves = request.Leaves with { Sha256 = new string('0', 64) } }));
        Assert.Contains("is not there any more", await Skipped(
            auditor, request with { Order = WithRoot(order, new string('0', 64), 3) }));
        var broken = Encoding.UTF8.GetBytes("no scene");
        Assert.Contains("cannot be read", await Skipped(
            auditor, request with { Order = WithRoot(order, _blobs.Add(broken), broken.Length) }));

        _options.SceneBytesMax = 10;
        using var small = Auditor();
        Assert.Contains("allowed are 10", await Skipped(small, request));
        _options.UnitSamplesMax = 10;
        using var slow = Auditor();
        Assert.Contains("traces 10 at most", await Skipped(slow, request));
    }

    [Fact]
    public async Task One_provider_does_not_fill_the_queue()
    {
        var order = Order(Demo, null);
        var request = Honest(order, RenderPlan.Cut(order).First());
        _options.WaitingPerProvider = 1;
        using var auditor = Auditor();

        var first = auditor.Audit(request, Cancel);
        var second = auditor.Audit(request, Cancel);
        var other = auditor.Audit(request with { Provider = ProviderId.From(Guid.NewGuid()) }, Cancel);
        var customer = auditor.Audit(request with { Renter = AccountId.From(Guid.NewGuid()) }, Cancel);

        await Assert.ThrowsAsync<TimeoutException>(() => second);
        Assert.IsType<UnitAuditOutcome.Judged>(await first);
        Assert.IsType<UnitAuditOutcome.Judged>(await other);
        Assert.IsType<UnitAuditOutcome.Judged>(await customer);
    }

    [Fact]
    public async Task Who_rejects_its_own_work_over_and_over_takes_no_place_of_the_audits_of_it()
    {
        var order = Order(Demo, null);
        var request = Honest(order, RenderPlan.Cut(order).First());
        var renter = AccountId.From(Guid.NewGuid());
        var recheck = new UnitRecheckRequest(request.Render, renter, order, request.Sums, [0]);
        _options.WaitingPerProvider = 1;
        using var auditor = Auditor();

        var first = auditor.Recheck(recheck, Cancel);
        var second = auditor.Recheck(recheck, Cancel);
        var audit = auditor.Audit(request, Cancel);
        var other = auditor.Recheck(recheck with { Renter = AccountId.From(Guid.NewGuid()) }, Cancel);

        var refusal = await Assert.ThrowsAsync<TimeoutException>(() => second);
        Assert.Contains(renter.Value, refusal.Message, StringComparison.Ordinal);
        Assert.IsType<UnitAuditOutcome.Judged>(await audit);
        await first;
        await other;
    }

    [Fact]
    public async Task A_scene_that_is_not_read_in_time_is_given_up_in_the_midst_of_it()
    {
        var order = Order(Demo, null);
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            [order.Scene.Root] = _blobs.Files[order.Scene.Files[0].Sha256],
        };

        var late = await Assert.ThrowsAsync<SceneFormatException>(() => Load(AuditScene.TimeMax));
        Assert.Contains("not read within 120 seconds", late.Message, StringComparison.Ordinal);
        using var scene = await Load(AuditScene.TimeMax - TimeSpan.FromSeconds(1));

        var source = AuditScene.SourceOf(order, files, Cancel);
        Assert.Throws<OperationCanceledException>(
            () => AuditScene.At(source, order, Frame, _rig, new CancellationToken(canceled: true)));

        Task<AuditScene> Load(TimeSpan taken) => AuditScene.Load(
            order,
            Frame,
            new SceneSources(),
            _ =>
            {
                _clock.Advance(taken);
                return Task.FromResult((files, (string?)null));
            },
            _rig,
            _clock,
            Cancel);
    }

    public void Dispose() => _rig.Dispose();

    private static UnitVerdict Judged(UnitAuditOutcome outcome) =>
        Assert.IsType<UnitAuditOutcome.Judged>(outcome).Verdict;

    private static async Task<string> Skipped(LeafAuditor auditor, UnitAuditRequest request) =>
        Assert.IsType<UnitAuditOutcome.Skipped>(await auditor.Audit(request, Cancel)).Why;

    private LeafAuditor Auditor() => new(_blobs, Options.Create(_options), _clock);

    private static RenderOrder WithRoot(RenderOrder order, string sha256, long bytes) =>
        order with { Scene = new(order.Scene.Root, [new(order.Scene.Root, sha256, bytes)], null) };

    /// <summary>Two tiles, of which the second is narrow.</summary>
    private RenderOrder Order(string file, string? clip)
    {
        var bytes = file == Demo ? ProceduralScene.ToGlb() : File.ReadAllBytes(SharedData.SkipUnless(file));

        return new(
            new("scene.glb", [new("scene.glb", _blobs.Add(bytes), bytes.Length)], null),
            160,
            72,
            Samples,
            [Frame],
            24,
            null,
            7,
            4,
            new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
            600,
            clip);
    }

    private UnitAuditRequest Honest(RenderOrder order, RenderUnit unit, int frame = Frame)
    {
        var leaves = Leaves(order, unit, frame);
        return Request(order, unit, Sum(unit, leaves), [.. leaves.Select(leaf => leaf.ToBytes())]);
    }

    /// <summary>The leaves of a unit in the pose of a frame.</summary>
    private IReadOnlyList<TileSums> Leaves(RenderOrder order, RenderUnit unit, int frame)
    {
        var options = new SceneOptions { Animation = order.Animation, AnimationSeconds = (float)frame / 24 };
        var scene = SceneReader.Read(_blobs.Files[order.Scene.Files[0].Sha256], options);
        using var tracer = new PathTracer(scene, _rig);
        var view = new RenderView
        {
            Width = order.Width,
            Height = order.Height,
            Camera = scene.Cameras[0],
            Seed = order.Seed,
            Frame = unit.Frame,
            MaxBounces = order.MaxBounces,
            IndirectMax = order.IndirectMax(),
        };

        return UnitLeaves.Trace(
            tracer,
            view,
            new(unit.X, unit.Y, unit.Width, unit.Height),
            new(unit.FirstSample, unit.Samples),
            Cancel);
    }

    private static byte[] Sum(RenderUnit unit, IReadOnlyList<TileSums> leaves) =>
        UnitLeaves.Sum(new(unit.FirstSample, unit.Samples), leaves).ToBytes();

    private UnitAuditRequest Request(RenderOrder order, RenderUnit unit, byte[] sums, byte[][] leaves)
    {
        byte[] opened = [.. leaves.SelectMany(leaf => leaf)];
        var root = UnitCommitment.Root(Render.Value, leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf));

        return new(
            Render,
            order,
            new(unit, _blobs.Add(sums), sums.Length),
            new(_blobs.Add(opened), opened.Length),
            Convert.ToHexStringLower(root),
            [2, 0, 1],
            Provider,
            Renter);
    }
}
