using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Units go to devices that have their scene, and wait for those no longer than a moment.</summary>
[Collection(MarketCollection.Name)]
public sealed class SceneAffinityTests(MarketCluster cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private int _attempts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_units_of_a_scene_that_nobody_has_start_at_once_on_all_devices()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene, Order(scene, 1));

        Assert.Equal(render.Value, (await scene.Pull(0)).Work);
        Assert.Equal(render.Value, (await scene.Pull(1)).Work);
    }

    [Fact]
    public async Task A_device_without_the_scene_leaves_its_units_to_one_that_has_it_and_helps_after_a_moment()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var order = Order(scene, 1);
        await Tell(scene, 1, [order], []);
        var render = await Submit(scene, order);

        Assert.Null(await Ask(scene, 0));
        Assert.Equal(render.Value, (await scene.Pull(1)).Work);
        cluster.Clock.Advance(Patience / 2);
        Assert.Null(await Ask(scene, 0));
        cluster.Clock.Advance(Patience / 2);
        Assert.Equal(render.Value, (await scene.Pull(0)).Work);
    }

    [Fact]
    public async Task One_that_has_the_files_goes_before_one_that_would_have_to_fetch_them()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var order = Order(scene, 1);
        await Tell(scene, 1, [], [order]);
        var render = await Submit(scene, order);

        Assert.Null(await Ask(scene, 0));
        Assert.Equal(render.Value, (await scene.Pull(1)).Work);
    }

    [Fact]
    public async Task Devices_stay_at_their_scenes_while_both_renders_are_at_work()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (older, younger) = (Order(scene, 1, frames: 6), Order(scene, 2, frames: 6));
        await Tell(scene, 0, [older], []);
        await Tell(scene, 1, [younger], []);
        var (first, second) = (await Submit(scene, older), await Submit(scene, younger));

        for (var unit = 0; unit < 4; unit++)
        {
            var (one, other) = (await scene.Pull(0), await scene.Pull(1));
            Assert.Equal((first.Value, second.Value), (one.Work, other.Work));

            // Units take longer than the patience: one that is at work is not forgotten.
            cluster.Clock.Advance(TimeSpan.FromSeconds(5));
            await Deliver(first, one);
            await Deliver(second, other);
        }
    }

    [Fact]
    public async Task A_render_that_nobody_is_at_waits_no_longer_for_the_sake_of_another_scene()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (older, younger) = (Order(scene, 1), Order(scene, 2));
        await Tell(scene, 0, [younger], []);

        // It says that it has the older one and does not come.
        await Tell(scene, 1, [older], []);
        var (waiting, held) = (await Submit(scene, older), await Submit(scene, younger));

        var work = await scene.Pull(0);
        Assert.Equal(held.Value, work.Work);
        cluster.Clock.Advance(Patience);
        await Deliver(held, work);
        Assert.Equal(waiting.Value, (await scene.Pull(0)).Work);
    }

    [Fact]
    public async Task A_device_that_holds_a_unit_for_ever_keeps_its_render_from_others_for_half_a_minute()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (older, younger) = (Order(scene, 1), Order(scene, 2, frames: 60));
        await Tell(scene, 0, [younger], []);
        await Tell(scene, 1, [older], []);
        var (held, other) = (await Submit(scene, older), await Submit(scene, younger));
        var holding = await scene.Pull(1);
        Assert.Equal(held.Value, holding.Work);

        for (var waited = 0; waited < 30; waited += 5)
        {
            var work = await scene.Pull(0);
            Assert.Equal(other.Value, work.Work);
            cluster.Clock.Advance(TimeSpan.FromSeconds(5));
            await scene.Device(scene.Devices[1]).Heartbeat(new(0, [holding.Attempt]), Cancel);
            await Deliver(other, work);
        }

        Assert.Equal(held.Value, (await scene.Pull(0)).Work);
    }

    [Fact]
    public async Task Who_is_passed_over_gets_a_hint_when_the_moment_is_over()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var order = Order(scene, 1);
        await Tell(scene, 1, [order], []);
        await Submit(scene, order);
        Assert.Null(await Ask(scene, 0));
        var hints = new Hints();
        var observer = cluster.Grains.CreateObjectReference<IRigObserver>(hints);
        await cluster.Grains.GetGrain<IRigDirectoryGrain>(0).Connected(scene.Devices[0].Id, observer, Cancel);

        cluster.Clock.Advance(Patience);

        Assert.Equal(scene.Devices[0].Id, await hints.Next());
    }

    [Fact]
    public async Task Devices_stay_at_their_frame_of_a_moving_scene_and_help_at_the_end()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var render = await Submit(scene, Order(scene, 1, frames: 3) with { Animation = "Run" });
        var seen = new List<(int Device, int Frame)>();

        foreach (var device in new[] { 0, 1, 0, 1, 0, 1 })
        {
            var work = await scene.Pull(device);
            seen.Add((device, work.Unit!.Unit.Frame));
            await Deliver(render, work);
        }

        Assert.Equal([(0, 1), (1, 2), (0, 1), (1, 2), (0, 3), (1, 3)], seen);
    }

    private static RenderOrder Order(Scene scene, int file, int frames = 2) =>
        scene.Render($"{file:x64}", frames) with { DeadlineSeconds = 3_600 };

    private static Task Tell(Scene scene, int device, RenderOrder[] loaded, RenderOrder[] onDisk) =>
        scene.Device(scene.Devices[device]).KeepModels(
            new(
                [],
                [.. onDisk.Select(order => order.Scene.Files[0].Sha256)],
                0,
                2,
                [.. loaded.Select(SceneContent.IdOf)]),
            Cancel);

    private static Task<WorkOrder?> Ask(Scene scene, int device) =>
        scene.Placement.WorkFor(scene.Devices[device].Id, Cancel);

    private async Task<RenderId> Submit(Scene scene, RenderOrder order)
    {
        var render = RenderId.From(Guid.NewGuid());
        cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return render;
    }

    private async Task Deliver(RenderId render, WorkOrder work) => Assert.IsType<DeliverOutcome.Accepted>(
        await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Deliver(
            work.Attempt, Scene.Sums(cluster, work.Unit!.Unit.Index, ++_attempts), Cancel));
}
