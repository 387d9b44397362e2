using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Host.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Renders;

/// <summary>Units of rejected frames, of which nobody shows any leaves.</summary>
public sealed class UnitRecheckTests : IDisposable
{
    /// <summary>Two leaves.</summary>
    private const int Samples = 20;

    private static readonly byte[] Glb = ProceduralScene.ToGlb();
    private static readonly RenderId Render = RenderId.From(Guid.NewGuid());
    private static readonly AccountId Renter = AccountId.From(Guid.NewGuid());

    private readonly FakeBlobs _blobs = new();
    private readonly VerificationOptions _options = new();
    private readonly HostDevice _rig = new(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_honest_unit_stands_in_every_block_that_tells_something()
    {
        var (order, unit) = Ordered();
        var bytes = Trace(order, unit).ToBytes();
        using var auditor = Auditor();
        var judged = 0;

        for (var block = 0; block < UnitRecheckRequest.BlockCount(unit); block++)
        {
            var outcome = await auditor.Recheck(Request(order, unit, bytes, block), Cancel);

            if (outcome is UnitAuditOutcome.Judged { Verdict: var verdict })
            {
                judged++;
                Assert.Equal(new UnitVerdict(LeafVerdict.Accepted, 1, AuditDraw.Million, null), verdict);
            }
        }

        Assert.InRange(judged, 1, UnitRecheckRequest.BlockCount(unit));
    }

    [Theory]
    [InlineData("fewer")]
    [InlineData("seed")]
    public async Task A_unit_of_fewer_samples_or_of_another_seed_does_not_stand(string cheat)
    {
        var (order, unit) = Ordered();
        var other = cheat == "seed" ? order with { Seed = 8 } : order;
        var made = Trace(other, cheat == "seed" ? unit : unit with { Samples = 16 });
        var bytes = Claimed(made, order, unit);
        using var auditor = Auditor();

        var verdict = Judged(await auditor.Recheck(
            Request(order, unit, bytes, [.. Enumerable.Range(0, UnitRecheckRequest.BlockCount(unit))]), Cancel));

        Assert.Equal((LeafVerdict.Rejected, UnitVerdict.OtherSamples), (verdict.Leaf, verdict.Cause));
    }

    [Fact]
    public async Task Sums_that_are_not_the_units_do_not_stand_and_lost_ones_are_nobodys_fault()
    {
        var (order, unit) = Ordered();
        var bytes = Trace(order, unit).ToBytes();
        var request = Request(order, unit, bytes, 0);
        using var auditor = Auditor();

        Assert.Equal(
            UnitVerdict.OtherSums,
            Judged(await auditor.Recheck(request with { Order = order with { Seed = 8 } }, Cancel)).Cause);
        Assert.Equal(
            UnitVerdict.OtherSums,
            Judged(await auditor.Recheck(Request(order, unit, new byte[bytes.Length], 0), Cancel)).Cause);
        var lost = request with { Sums = request.Sums with { Sha256 = new string('0', 64) } };
        Assert.Contains(
            "not there any more",
            Assert.IsType<UnitAuditOutcome.Skipped>(await auditor.Recheck(lost, Cancel)).Why,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_samples_are_traced_than_are_paid_for()
    {
        var (order, unit) = Ordered();
        var request = Request(
            order,
            unit,
            Trace(order, unit).ToBytes(),
            [.. Enumerable.Range(0, UnitRecheckRequest.BlockCount(unit))]);
        _options.UnitSamplesMax = 10;
        using var auditor = Auditor();

        Assert.Contains(
            "0 of its blocks",
            Assert.IsType<UnitAuditOutcome.Skipped>(await auditor.Recheck(request, Cancel)).Why,
            StringComparison.Ordinal);
    }

    public void Dispose() => _rig.Dispose();

    private static UnitVerdict Judged(UnitAuditOutcome outcome) =>
        Assert.IsType<UnitAuditOutcome.Judged>(outcome).Verdict;

    /// <summary>The head of what was ordered over sums of something else, as bright.</summary>
    private static byte[] Claimed(TileSums made, RenderOrder order, RenderUnit unit)
    {
        var bytes = made.ToBytes();
        BitConverter.TryWriteBytes(bytes.AsSpan(28), unit.Samples);
        BitConverter.TryWriteBytes(bytes.AsSpan(36), order.Seed);

        for (var at = TileSums.HeaderBytes; at < bytes.Length; at += sizeof(float))
        {
            var value = BitConverter.ToSingle(bytes, at) * unit.Samples / made.Samples.Count;
            BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
        }

        return bytes;
    }

    private LeafAuditor Auditor() => new(_blobs, Options.Create(_options), TimeProvider.System);

    private (RenderOrder Order, RenderUnit Unit) Ordered()
    {
        var order = new RenderOrder(
            new("scene.glb", [new("scene.glb", _blobs.Add(Glb), Glb.Length)], null),
            160,
            72,
            Samples,
            [9],
            24,
            null,
            7,
            4,
            new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.FromMicros(1)), 1_000, null, null),
            600);
        return (order, RenderPlan.Cut(order).First());
    }

    private TileSums Trace(RenderOrder order, RenderUnit unit)
    {
        var scene = SceneReader.Read(Glb, new SceneOptions());
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

        return tracer.Trace(
            view, new(unit.X, unit.Y, unit.Width, unit.Height), new(unit.FirstSample, unit.Samples), Cancel);
    }

    private UnitRecheckRequest Request(RenderOrder order, RenderUnit unit, byte[] sums, params int[] blocks) =>
        new(Render, Renter, order, new(unit, _blobs.Add(sums), sums.Length), blocks);
}
