using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Market;
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
        await cluster.Grains.GetGrain<Marketplace.Grains.Abstractions.Renders.IRenderGrain>(render.Value)
            .Cancel(Cancel);
    }
}
