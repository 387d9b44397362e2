using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Market;

/// <summary>A device that comes for work gets it, whatever happens to the books.</summary>
[Collection(MarketCollection.Name)]
public sealed class PlacementGrainTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_gets_what_it_was_assigned_though_the_books_cannot_be_told()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        cluster.Clock.Advance(TimeSpan.FromSeconds(3));
        await scene.Beat(scene.Devices[0]);
        cluster.Rows.FailNextList(RegisterKinds.Device);

        try
        {
            var order = await scene.Pull();

            Assert.Equal(job.Value, order.Work);
            Assert.Equal(order.Attempt, (await scene.Job(job).Describe(Cancel))!.Attempt);
        }
        finally
        {
            cluster.Rows.Heal();
        }
    }

    [Fact]
    public async Task What_is_not_looked_at_any_more_in_one_pull_stays_in_sight()
    {
        var scene = await Scene.Open(cluster);
        List<JobId> dead = [];

        for (var number = 0; number < PlacementGrain.TicketsPerPull; number++)
        {
            dead.Add(await scene.Submit());
        }

        var live = await scene.Submit();

        foreach (var job in dead)
        {
            await scene.Job(job).Cancel(Cancel);
        }

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(live.Value, (await scene.Pull()).Work);
    }

    /// <summary>Who is refused takes a ticket out of the book, so it must not be offered to whom it is refused.</summary>
    [Fact]
    public async Task A_render_that_nobody_can_join_any_more_stays_in_the_book_for_those_who_share_it()
    {
        var scene = await Scene.Open(cluster, devices: RenderLimits.SharesMax + 1, micros: 1_000_000_000);
        var render = RenderId.From(Guid.NewGuid());
        Assert.IsType<SubmitOutcome.Accepted>(await scene.Placement.SubmitRender(
            render,
            scene.Customer,
            scene.Render(cluster.Blobs.Add([1, 2, 3]), frames: RenderLimits.SharesMax),
            Cancel));
        List<WorkOrder> taken = [];

        for (var device = 0; device < RenderLimits.SharesMax; device++)
        {
            taken.Add(await scene.Pull(device));
        }

        var late = scene.Devices[^1].Id;
        Assert.Null(await scene.Placement.WorkFor(late, Cancel));
        await scene.Placement.Requeue(render.Value, Cancel);

        Assert.Null(await scene.Placement.WorkFor(late, Cancel));

        var grain = cluster.Grains.GetGrain<IRenderGrain>(render.Value);
        var sums = Scene.Sums(cluster, taken[0].Unit!.Unit.Index, 1);
        Assert.IsType<DeliverOutcome.Accepted>(await grain.Deliver(taken[0].Attempt, sums, Cancel));
        Assert.Equal(render.Value, (await scene.Pull(0)).Work);
        await grain.Cancel(Cancel);
    }

    [Fact]
    public async Task A_render_is_out_of_sight_once_its_last_unit_is_taken()
    {
        var scene = await Scene.Open(cluster, devices: 3, micros: 100_000_000);
        var render = RenderId.From(Guid.NewGuid());
        Assert.IsType<SubmitOutcome.Accepted>(await scene.Placement.SubmitRender(
            render, scene.Customer, scene.Render(cluster.Blobs.Add([1, 2, 3]), frames: 1), Cancel));
        var book = cluster.Grains.GetGrain<IOrderBookGrain>(
            OrderBookGrain.KeyOf(scene.Needs(WorkKind.Render).Class!.Value));
        var offers = await book.Offers(Cancel);

        Assert.Equal(2, (await book.Take(offers[0], Cancel))!.Seats);
        Assert.Equal(1, (await book.Take(offers[1], Cancel))!.Seats);
        Assert.Null(await book.Take(offers[2], Cancel));

        // Whoever could not have it puts it back.
        await scene.Placement.Requeue(render.Value, Cancel);
        Assert.Equal(2, (await book.Take(offers[2], Cancel))!.Seats);
        await cluster.Grains.GetGrain<IRenderGrain>(render.Value).Cancel(Cancel);
    }
}
