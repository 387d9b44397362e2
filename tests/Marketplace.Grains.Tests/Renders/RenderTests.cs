using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Renders;

[Collection(MarketCollection.Name)]
public sealed class RenderTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_render_of_two_providers_is_assembled_and_each_is_charged_once()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (render, _) = await Submit(scene);

        await Make(scene, render, 0);
        await Make(scene, render, 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[1].Id, Cancel));
        await Answer(render, 1, "11");
        await Answer(render, 2, "22");

        var view = (await Grain(render).Describe(Cancel))!;
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal("11 22", string.Join(" ", view.Frames.Select(frame => frame.ImageSha256)));
        Assert.Equal(2, view.Receipts.Count);
        // A unit is 128 * 128 * 16 = 262,144 samples at 3 USDC a million: three of them, and one, floored once each.
        Assert.Equal((262_144 * 3 * 3) + (262_144 * 3), view.Charged.Micros);
        Assert.Equal(262_144 * 9 * 9 / 10 + 1, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task The_same_order_again_is_the_same_render_and_another_order_is_refused()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, order) = await Submit(scene);

        var again = order with { Frames = [1, 2] };
        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, again, Cancel)).Replayed);
        Assert.IsType<SubmitOutcome.KeyTaken>(
            await scene.Placement.SubmitRender(render, scene.Customer, order with { Seed = 2 }, Cancel));
    }

    [Fact]
    public async Task A_delivery_without_its_file_is_refused_and_another_device_gets_the_unit()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        var work = await scene.Pull(0);

        var refused = await Grain(render).Deliver(work.Attempt, new(new string('0', 64), 10), Cancel);
        Assert.Contains("no file", Assert.IsType<DeliverOutcome.Refused>(refused).Why, StringComparison.Ordinal);
        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(work.Attempt, Sums(1), Cancel));
        await cluster.Placement.Run(Cancel);
        Assert.Equal(work.Unit!.Unit, (await scene.Pull(1)).Unit!.Unit);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_file_that_is_shorter_or_longer_than_the_tile_is_refused_when_it_is_delivered(int off)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        var work = await scene.Pull(0);
        var bytes = new byte[work.Unit!.Unit.SumsBytes + off];
        var delivery = new UnitDelivery(cluster.Blobs.Add(bytes), bytes.Length);

        var refused = Assert.IsType<DeliverOutcome.Refused>(await Grain(render).Deliver(work.Attempt, delivery, Cancel));

        Assert.Contains($"take {bytes.Length - off}", refused.Why, StringComparison.Ordinal);
        Assert.Equal(0, (await Grain(render).Describe(Cancel))!.UnitsDone);
    }

    [Fact]
    public async Task Cancelling_bills_the_accepted_units()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        await Make(scene, render, 0);

        var view = await Grain(render).Cancel(Cancel);

        Assert.Equal(WorkState.Cancelled, view!.State);
        Assert.Equal(262_144 * 3, view.Charged.Micros);
        Assert.Equal((true, 0, 1), (view.Bill.IsFinal, view.Bill.Frames, view.Bill.Units));
        Assert.Equal(view.Reserved, view.Bill.Charged + view.Bill.Returned);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_silent_device_loses_its_unit_and_another_makes_it()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        var lost = await scene.Pull(0);
        cluster.Clock.Advance(TimeSpan.FromSeconds(60));
        await scene.Beat(scene.Devices[1]);
        await cluster.Placement.Run(Cancel);

        Assert.IsType<DeliverOutcome.Stale>(await Grain(render).Deliver(lost.Attempt, Sums(1), Cancel));
        Assert.Equal(lost.Unit!.Unit, (await scene.Pull(1)).Unit!.Unit);
    }

    [Fact]
    public async Task After_a_crash_at_the_end_the_picture_stays_and_the_charge_is_one()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, _) = await Submit(scene, frames: 1);
        await Make(scene, render, 0);
        await Make(scene, render, 0);
        cluster.Books.FailNext($"charge:{render}:{scene.Devices[0].Provider}", written: false);
        await Assert.ThrowsAnyAsync<Exception>(() => Answer(render, 1, "11"));
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = (await Grain(render).Describe(Cancel))!;
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal("11", view.Frames[0].ImageSha256);
        await cluster.AssertSettled(render.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_funding_whose_commit_was_not_heard_of_is_looked_up_without_a_restart(bool written)
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, order) = (RenderId.From(Guid.NewGuid()), scene.Render(cluster.Blobs.Add([1, 2, 3])));
        cluster.Books.FailNext($"fund:{render}:0", written);

        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));

        Assert.Equal(written, await Grain(render).Describe(Cancel) is not null);
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        var reserved = (await Grain(render).Describe(Cancel))!.Reserved.Micros;
        Assert.Equal(reserved, await cluster.Free(Chart.Escrow(render.Value)));
        Assert.Equal(100_000_000 - reserved, await cluster.Free(Chart.Available(scene.Customer)));
        await Grain(render).Cancel(Cancel);
        await cluster.AssertSettled(render.Value);
        Assert.Equal(100_000_000, await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task One_rigs_word_that_the_order_is_at_fault_lets_another_try_and_a_second_one_ends_the_render()
    {
        var accuses = new Ending("scene-corrupt", "No mesh.", CausedBy.Renter);
        var scene = await Scene.Open(cluster, devices: 3, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        await Make(scene, render, 2);
        await Grain(render).Fail((await scene.Pull(0)).Attempt, accuses, Cancel);
        Assert.NotEqual(WorkState.Failed, (await Grain(render).Describe(Cancel))!.State);
        await cluster.Placement.Run(Cancel);
        await Grain(render).Fail((await scene.Pull(1)).Attempt, accuses, Cancel);

        var view = (await Grain(render).Describe(Cancel))!;
        Assert.Equal((WorkState.Failed, CausedBy.Renter), (view.State, view.Ending!.CausedBy));
        Assert.Equal(0, view.Charged.Micros);
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_render_that_every_device_failed_at_ends_at_the_next_look_and_is_refunded()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, _) = await Submit(scene);
        var broke = new Ending("device-fault", "It broke.", CausedBy.Provider);
        await Grain(render).Fail((await scene.Pull()).Attempt, broke, Cancel);
        await cluster.Placement.Run(Cancel);

        var view = (await Grain(render).Describe(Cancel))!;
        Assert.Equal((WorkState.Failed, "no-device-left"), (view.State, view.Ending!.Code));
        await cluster.AssertSettled(render.Value);
    }

    [Fact]
    public async Task A_device_needs_the_scenes_files_while_it_works_on_a_unit()
    {
        var scene = await Scene.Open(cluster, devices: 2, micros: 100_000_000);
        var (render, order) = await Submit(scene);
        var file = order.Scene.Files[0].Sha256;
        var (worker, other) = (scene.Devices[0].Id, scene.Devices[1].Id);

        Assert.False(await Grain(render).Needs(worker, file, Cancel));
        var work = await scene.Pull(0);
        Assert.True(await Grain(render).Needs(worker, file, Cancel));
        Assert.False(await Grain(render).Needs(worker, new string('0', 64), Cancel));
        Assert.False(await Grain(render).Needs(other, file, Cancel));
        await Grain(render).Deliver(work.Attempt, Sums(0), Cancel);
        Assert.False(await Grain(render).Needs(worker, file, Cancel));
    }

    private IRenderGrain Grain(RenderId render) => cluster.Grains.GetGrain<IRenderGrain>(render.Value);

    private async Task<(RenderId Render, RenderOrder Order)> Submit(Scene scene, int frames = 2)
    {
        var (render, order) = (RenderId.From(Guid.NewGuid()), scene.Render(cluster.Blobs.Add([1, 2, 3]), frames));
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return (render, order);
    }

    private UnitDelivery Sums(byte unit) => Scene.Sums(cluster, unit, 0);

    private async Task Make(Scene scene, RenderId render, int device)
    {
        var work = await scene.Pull(device);
        var sums = Sums((byte)work.Unit!.Unit.Index);
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(await Grain(render).Deliver(work.Attempt, sums, Cancel));
    }

    private async Task Answer(RenderId render, int frame, string image)
    {
        Assert.Contains(
            cluster.Readers.Asked,
            asked => asked.Render == render && asked.Frame == frame && asked.Units.Count == 2);
        await Grain(render).FrameAssembled(frame, new FrameOutcome.Made(image), Cancel);
    }
}
