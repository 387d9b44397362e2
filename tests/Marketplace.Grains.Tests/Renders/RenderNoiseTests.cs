using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>Tiles that get no more samples once they are good enough.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderNoiseTests(MarketCluster cluster)
{
    private const double Target = 0.01;
    private const int Samples = 256;
    private const long PixelsOfTile = 128 * 128;

    /// <summary>16, 16, 32, 64 and 128 samples.</summary>
    private const int StepsOfTile = 5;

    private int _attempts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tile_that_is_good_enough_gets_no_more_and_only_what_was_made_is_charged()
    {
        var scene = await Scene.Open(cluster, micros: 1_000_000_000);
        var render = await Submit(scene);

        // The left tile is good at the first look, the right one at the second.
        cluster.Noise.Find(render.Value, tile => Noise(
            tile.Units[0].Unit.X == 0 || tile.Units[^1].Unit is { FirstSample: 64 } ? Target : Target * 2));
        var made = await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile));

        Assert.Equal(
            [(0, 0), (0, 16), (0, 32), (128, 0), (128, 16), (128, 32), (128, 64)],
            made.Select(unit => (unit.X, unit.FirstSample)).Order());
        var before = await View(render);
        Assert.Equal(2 * StepsOfTile, before.UnitsDone);
        Assert.Equal(FrameState.Assembling, before.Frames[0].State);
        var asked = Assert.Single(cluster.Readers.Asked, asked => asked.Render == render);
        Assert.Equal(made.Select(unit => unit.Index).Order(), asked.Units.Select(unit => unit.Unit.Index));

        await Grain(render).FrameAssembled(
            1, new FrameOutcome.Made("11") { Files = [new(FrameFormat.Exr16, "22", 9)] }, Cancel);

        var view = await View(render);
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal((64 + 128) * PixelsOfTile, view.Bill.PixelSamples);
        Assert.Equal((64 + 128) * PixelsOfTile * 3, view.Charged.Micros);
        Assert.Equal(2 * StepsOfTile, view.UnitsDone);
        Assert.Equal("22", Assert.Single(view.Frames[0].Files).Sha256);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_tile_that_never_is_good_enough_gets_all_samples_and_is_looked_at_no_more_then()
    {
        var scene = await Scene.Open(cluster, micros: 1_000_000_000);
        var render = await Submit(scene);
        cluster.Noise.Find(render.Value, _ => Noise(1));

        Assert.Equal(2 * StepsOfTile, (await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile))).Count);
        Assert.Equal(
            [64, 64, 128, 128],
            cluster.Noise.Asked(render.Value).Select(tile => tile.Units.Sum(unit => unit.Unit.Samples)).Order());
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        Assert.Equal(2 * Samples * PixelsOfTile, (await View(render)).Bill.PixelSamples);
    }

    [Fact]
    public async Task A_restart_keeps_what_was_decided_and_looks_again_where_nothing_was()
    {
        var scene = await Scene.Open(cluster, micros: 1_000_000_000);
        var render = await Submit(scene);
        var isUp = false;
        cluster.Noise.Find(render.Value, tile => tile.Units[0].Unit.X == 0 || isUp
            ? Noise(0)
            : Task.FromException<TileReading>(new TimeoutException("Too much waits.")));

        // Three steps of each tile, and two that the left one is spared.
        await MakeUntil(scene, render, () => Has(render, 3 + 3 + 2));

        await cluster.Restart();
        isUp = true;
        cluster.Clock.Advance(TimeSpan.FromMinutes(2));
        await scene.Beat(scene.Devices[0]);

        Assert.Empty(await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile)));
        Assert.Equal(FrameState.Assembling, (await View(render)).Frames[0].State);
        Assert.Equal(1, cluster.Noise.Asked(render.Value).Count(tile => tile.Units[0].Unit.X == 0));
    }

    [Fact]
    public async Task Sums_that_tell_no_noise_are_made_again_by_others()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 1_000_000_000);
        var render = await Submit(scene);
        var told = false;
        cluster.Noise.Find(render.Value, tile =>
        {
            if (told || tile.Units[0].Unit.X != 0)
            {
                return Noise(0);
            }

            told = true;
            return Task.FromResult<TileReading>(new TileReading.BadSums(
                [new(tile.Units[1].Unit.Index, tile.Units[1].Sha256, "NaN at pixel (1, 1)", IsLost: false)]));
        });
        await MakeUntil(scene, render, () => Task.FromResult(told));

        var again = await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile), device: 1);
        Assert.Contains(again, unit => unit is { X: 0, FirstSample: 16 });
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(FrameState.Assembling, (await View(render)).Frames[0].State);
    }

    [Fact]
    public async Task What_was_decided_from_sums_that_do_not_stand_is_looked_at_again_and_can_only_add_samples()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 1_000_000_000);
        var render = await Submit(scene, ApprovalMode.Manual);
        cluster.Noise.Find(render.Value, _ => Noise(0));
        await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile));
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        cluster.Leaves.FindAgain(render.Value, one => Task.FromResult(
            one.Sums.Unit is { X: 0, FirstSample: 16 } ? FakeLeafAuditor.Bad : FakeLeafAuditor.Good));

        // Without the cheat's sums the left tile is found to be noisy.
        cluster.Noise.Find(render.Value, tile => Noise(
            tile.Units[0].Unit.X == 0 && tile.Units[^1].Unit.FirstSample < 64 ? 2 * Target : 0));
        await cluster.Grains.GetGrain<IReviewedRenderGrain>(render.Value).Reject(1, null, Cancel);
        var again = await MakeUntil(scene, render, () => Is(render, FrameReviewState.Remaking), device: 1);
        again.AddRange(await MakeUntil(scene, render, () => Has(render, 2 * StepsOfTile), device: 1));

        Assert.Equal(
            [(0, 0), (0, 16), (0, 32), (0, 64), (128, 0), (128, 16), (128, 32)],
            again.Select(unit => (unit.X, unit.FirstSample)).Order());
        Assert.Equal(FrameState.Assembling, (await View(render)).Frames[0].State);

        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("22"), Cancel);
        Assert.Equal(2, cluster.Storage.Stored<RenderState>("render", render.Value).Looks.Count);
        await cluster.Grains.GetGrain<IReviewedRenderGrain>(render.Value).Approve(1, Cancel);
        Assert.Empty(cluster.Storage.Stored<RenderState>("render", render.Value).Looks);
        await cluster.AssertSettled(render.Value);
    }

    private static Task<TileReading> Noise(double error) =>
        Task.FromResult<TileReading>(new TileReading.Noise(error));

    private IRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IRenderGrain>(render.Value);

    private async Task<RenderView> View(RenderId render) => (await Grain(render).Describe(Cancel))!;

    private async Task<RenderId> Submit(Scene scene, ApprovalMode? approval = null)
    {
        var render = RenderId.From(Guid.NewGuid());
        var order = scene.Render(cluster.Blobs.Add([1, 2, 3]), 1) with
        {
            Samples = Samples,
            Approval = approval,
            Settings = new() { NoiseTarget = Target },
        };
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return render;
    }

    /// <summary>Makes every unit that is given out, until it is so.</summary>
    private async Task<List<RenderUnit>> MakeUntil(
        Scene scene, RenderId render, Func<Task<bool>> isSo, int device = 0)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        var made = new List<RenderUnit>();

        while (!await isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            await cluster.Placement.Run(Cancel);

            if (await scene.Placement.WorkFor(scene.Devices[device].Id, Cancel) is { } work)
            {
                var unit = work.Unit!.Unit;
                var sums = Scene.Sums(cluster, unit.Index, ++_attempts);
                Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
                made.Add(unit);
            }

            await Task.Yield();
        }

        return made;
    }

    private async Task<bool> Is(RenderId render, FrameReviewState state) =>
        (await View(render)).Frames[0].Review?.State == state;

    private async Task<bool> Has(RenderId render, int done) => (await View(render)).UnitsDone == done;
}
