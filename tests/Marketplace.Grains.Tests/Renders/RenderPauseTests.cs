using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Renders;

/// <summary>Renders that stand still, and those who watch them.</summary>
[Collection(MarketCollection.Name)]
public sealed class RenderPauseTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paused_render_gives_no_units_out_takes_those_at_work_and_goes_on_when_it_is_resumed()
    {
        var (scene, render) = await Submit();
        var work = await scene.Pull();

        await render.Pause(Cancel);
        await Deliver(render, work);
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await Sweep(scene);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(1, (await render.Describe(Cancel))!.UnitsDone);
        await render.Resume(Cancel);
        await Sweep(scene);
        await Deliver(render, await scene.Pull());
        Assert.Equal(2, (await render.Describe(Cancel))!.UnitsDone);
    }

    [Fact]
    public async Task The_deadline_moves_by_the_length_of_the_pause()
    {
        var (scene, render) = await Submit();
        var due = (await render.Describe(Cancel))!.Deadline;
        await render.Pause(Cancel);
        cluster.Clock.Advance(TimeSpan.FromHours(2));
        await Sweep(scene);

        Assert.Equal(WorkState.Queued, (await render.Describe(Cancel))!.State);
        var resumed = (await render.Resume(Cancel))!;
        Assert.Null(resumed.PausedAt);
        Assert.Equal(due.AddHours(2), resumed.Deadline);
        cluster.Clock.AdvanceTo(resumed.Deadline);
        await Sweep(scene);
        Assert.Equal(WorkState.Expired, (await render.Describe(Cancel))!.State);
    }

    [Fact]
    public async Task A_pause_that_is_too_long_ends_by_itself()
    {
        var (scene, render) = await Submit();
        await render.Pause(Cancel);
        cluster.Clock.Advance(RenderPause.Max);
        await Sweep(scene);

        Assert.Null((await render.Describe(Cancel))!.PausedAt);
        Assert.NotNull((await scene.Pull()).Unit);
        await render.Cancel(Cancel);
    }

    [Fact]
    public async Task A_paused_render_can_be_cancelled_and_cannot_be_resumed_then()
    {
        var (scene, render) = await Submit();
        var id = (await render.Pause(Cancel))!.Id;

        await render.Cancel(Cancel);

        var view = (await render.Resume(Cancel))!;
        Assert.Equal((WorkState.Cancelled, null), (view.State, view.PausedAt));
        Assert.Equal(100_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(id.Value);
    }

    [Fact]
    public async Task Frames_tell_how_far_they_are()
    {
        var (scene, render) = await Submit();
        Assert.Equal([FrameState.Waiting, FrameState.Waiting], await States(render));
        var work = await scene.Pull();
        Assert.Equal([FrameState.Running, FrameState.Waiting], await States(render));
        await Deliver(render, work);
        Assert.Equal([FrameState.Running, FrameState.Waiting], await States(render));
        await Deliver(render, await scene.Pull());
        Assert.Equal([FrameState.Assembling, FrameState.Waiting], await States(render));
        await render.FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        Assert.Equal([FrameState.Done, FrameState.Waiting], await States(render));
    }

    [Fact]
    public async Task Who_watches_hears_of_every_picture_once_and_of_the_end()
    {
        var (scene, render) = await Submit();
        var heard = new List<RenderEvent>();
        var watching = Task.Run(async () =>
        {
            await foreach (var happened in render.Watch(0).WithBatchSize(1).WithCancellation(Cancel))
            {
                heard.Add(happened);
            }
        }, Cancel);

        for (var unit = 0; unit < 4; unit++)
        {
            await Deliver(render, await scene.Pull());
        }

        await render.FrameAssembled(2, new FrameOutcome.Made("22"), Cancel);
        await render.FrameAssembled(1, new FrameOutcome.Made("11"), Cancel);
        await watching.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(
            [new(1, 2, "22"), new(2, 1, "11")],
            heard.OfType<RenderEvent.FrameDone>());
        Assert.Equal(new RenderEvent.StateChanged(WorkState.Succeeded, null, IsPaused: false), heard[^1]);
        Assert.Equal(
            new RenderEvent.Progressed(4, 4, 2, 2), heard.OfType<RenderEvent.Progressed>().Last());
        var later = new List<RenderEvent>();

        await foreach (var happened in render.Watch(1).WithBatchSize(1).WithCancellation(Cancel))
        {
            later.Add(happened);
        }

        Assert.Equal([new(2, 1, "11")], later.OfType<RenderEvent.FrameDone>());
    }

    private static async Task<FrameState[]> States(IRenderGrain render) =>
        [.. (await render.Describe(Cancel))!.Frames.Select(frame => frame.State)];

    private async Task<(Scene Scene, IRenderGrain Render)> Submit()
    {
        var scene = await Scene.Open(cluster, micros: 100_000_000);
        var (render, order) = (RenderId.From(Guid.NewGuid()), scene.Render(cluster.Blobs.Add([1, 2, 3])));
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.SubmitRender(render, scene.Customer, order, Cancel));
        return (scene, cluster.Grains.GetGrain<IRenderGrain>(render.Value));
    }

    private async Task Sweep(Scene scene)
    {
        await scene.Beat(scene.Devices[0]);
        await cluster.Placement.Run(Cancel);
    }

    private async Task Deliver(IRenderGrain render, WorkOrder work)
    {
        var sums = Scene.Sums(cluster, work.Unit!.Unit.Index, 0);
        Assert.IsType<DeliverOutcome.Accepted>(await render.Deliver(work.Attempt, sums, Cancel));
    }
}
