using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>Renders with a cap on their bill: two tiles a frame, each 262,144 samples at 3 USDC a million.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderBudgetTests(MarketCluster cluster)
{
    private const long Money = 100_000_000;
    private const long UnitMicros = 262_144 * 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_render_whose_cap_pays_for_one_frame_makes_that_one_and_ends()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, most: (3 * UnitMicros) + 7);
        Assert.Equal((3 * UnitMicros) + 7, (await View(render)).Reserved.Micros);

        await Make(scene, render, device: 0);
        await Make(scene, render, device: 0);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await cluster.Placement.Run(Cancel);
        Assert.Equal(WorkState.Running, (await View(render)).State);
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await Beat(scene);
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Cancelled, "price-cap-reached"), (view.State, view.Ending?.Code));
        Assert.Equal(CausedBy.Renter, view.Ending!.CausedBy);
        Assert.Equal(2 * UnitMicros, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
        Assert.Equal(Money - (2 * UnitMicros), await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task A_device_that_asks_more_than_the_cap_has_room_for_leaves_the_work_to_a_cheaper_one()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, most: 2 * UnitMicros, frames: 1, ask: 6_000_000);
        await SetAsk(scene, device: 1, 4_000_000);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, device: 0);
        await Make(scene, render, device: 0);
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), (view.State, view.Charged.Micros));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task Where_every_ask_rises_above_the_cap_the_render_ends_and_what_was_made_is_paid()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var render = await Submit(scene, most: 2 * UnitMicros, frames: 1, ask: 6_000_000);
        await Make(scene, render, device: 0);
        await SetAsk(scene, device: 0, 4_000_000);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await Beat(scene);
        await cluster.Placement.Run(Cancel);

        var view = await View(render);
        Assert.Equal((WorkState.Cancelled, "price-cap-reached"), (view.State, view.Ending?.Code));
        Assert.Contains("3.000000", view.Ending!.Detail, StringComparison.Ordinal);
        Assert.Contains("4.000000", view.Ending.Detail, StringComparison.Ordinal);
        Assert.Equal(UnitMicros, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_unit_at_work_keeps_its_money_and_one_that_fails_gives_it_back()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: Money);
        var render = await Submit(scene, most: 2 * UnitMicros, frames: 1, ask: 6_000_000);
        var failed = await scene.Pull(0);
        await SetAsk(scene, device: 1, 3_000_001);
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await scene.Beat(scene.Devices[0], failed.Attempt);
        await scene.Beat(scene.Devices[1]);
        await cluster.Placement.Run(Cancel);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        await SetAsk(scene, device: 1, 3_000_000);
        await cluster.Placement.Run(Cancel);
        await Make(scene, render, device: 1);
        await Grain(render).Fail(failed.Attempt, new("device-fault", "It broke.", CausedBy.Provider), Cancel);
        await cluster.Placement.Run(Cancel);

        await Make(scene, render, device: 1);
        await Grain(render).FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);

        Assert.Equal((WorkState.Succeeded, 2 * UnitMicros), await End(render));
    }

    [Fact]
    public async Task A_cap_that_pays_for_no_frame_at_any_listed_ask_is_refused_at_once()
    {
        var scene = await Scene.Open(cluster, micros: Money);
        var order = Order(scene, most: (2 * UnitMicros) - 1, frames: 2, ask: 6_000_000);

        var refused = Assert.IsType<SubmitOutcome.Unsatisfiable>(
            await scene.Placement.SubmitRender(RenderId.From(Guid.NewGuid()), scene.Customer, order, Cancel));

        Assert.Contains(refused.Why, why => why.Example.Contains("2.9", StringComparison.Ordinal));
    }

    private static Task Beat(Scene scene) => Task.WhenAll(scene.Devices.Select(device => scene.Beat(device)));

    private static async Task SetAsk(Scene scene, int device, long micros) => await scene.Device(scene.Devices[device])
        .SetAsk(Scene.Ask with { Megasample = Usdc.FromMicros(micros) }, Cancel);

    private IRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IRenderGrain>(render.Value);

    private async Task<RenderView> View(RenderId render) => (await Grain(render).Describe(Cancel))!;

    private async Task<(WorkState State, long Charged)> End(RenderId render)
    {
        var view = await View(render);
        await cluster.AssertSettled(render.Value);
        return (view.State, view.Charged.Micros);
    }

    private RenderOrder Order(Scene scene, long most, int frames, long ask)
    {
        var order = scene.Render(cluster.Blobs.Add([1, 2, 3]), frames);
        var cap = Scene.Ask with { Megasample = Usdc.FromMicros(ask) };
        return order with { MaxPrice = Usdc.FromMicros(most), Needs = order.Needs with { Cap = cap } };
    }

    private async Task<RenderId> Submit(Scene scene, long most, int frames = 2, long ask = 3_000_000)
    {
        var render = RenderId.From(Guid.NewGuid());
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, Order(scene, most, frames, ask), Cancel));
        return render;
    }

    private async Task Make(Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        var sums = Scene.Sums(cluster, work.Unit!.Unit.Index, 0);
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
    }
}
