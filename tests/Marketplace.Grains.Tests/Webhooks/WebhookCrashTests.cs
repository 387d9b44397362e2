using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Webhooks;
using Marketplace.Ledger;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>Whatever dies between what happens and who is told of it: it is told, and written once.</summary>
[Collection(MarketCollection.Name)]
public sealed class WebhookCrashTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_whose_end_is_decided_when_all_dies_is_told_after_the_restart(bool written)
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        var job = await scene.Scene.Submit();
        var work = await scene.Scene.Pull();
        cluster.Books.FailNext($"charge:{job}", written);
        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel));
        Assert.Equal(written ? 1 : 0, (await scene.Deliveries()).Count);

        await cluster.Restart();
        Assert.Equal(WorkState.Succeeded, (await scene.Scene.Job(job).Describe(Cancel))!.State);
        await cluster.Restart();
        await scene.Work();

        Assert.Contains(job.Value, Assert.Single(await scene.Deliveries()).Body, StringComparison.Ordinal);
        Assert.Single(scene.Sent);
    }

    [Fact]
    public async Task What_was_queued_when_all_died_is_found_by_the_sweep()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        await scene.Job();
        await cluster.Restart();
        Assert.True(await cluster.Webhooks.Run(Cancel) > 0);

        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));

        for (var look = 0; look < 1_000 && (await scene.Deliveries())[0].State != "delivered"; look++)
        {
            await pace.WaitForNextTickAsync(Cancel);
        }

        Assert.Equal("delivered", Assert.Single(await scene.Deliveries()).State);
    }

    [Fact]
    public async Task A_message_that_was_sent_when_its_sender_died_is_sent_again_under_its_id()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        cluster.Channel.Answer(scene.Url, () => throw new IOException("killed after it was sent"));
        await scene.Job();
        await Assert.ThrowsAnyAsync<Exception>(scene.Work);
        Assert.Equal(("waiting", 0), ((await scene.Deliveries())[0].State, (await scene.Deliveries())[0].Attempts));

        scene.Answers(200);
        await cluster.Restart();
        await scene.Work();
        Assert.Equal(2, scene.Sent.Count);
        Assert.Equal(
            scene.Sent[0].Headers[WebhookSignature.IdHeader], scene.Sent[1].Headers[WebhookSignature.IdHeader]);
        Assert.Equal(scene.Sent[0].Body, scene.Sent[1].Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Frames_are_told_once_each_although_all_dies_before_or_after_they_are_written(bool written)
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.FrameFinished, EventTypes.RenderSucceeded);
        var (id, render) = await Render(scene);
        await Picture(render, 1);
        cluster.Books.FailNext(NewEvent.Frame(id, scene.Scene.Customer, 2).Id.Value, written);
        await Assert.ThrowsAnyAsync<Exception>(() => Picture(render, 2));
        await cluster.Restart();
        await render.Wake(Cancel);

        Assert.Equal(WorkState.Succeeded, (await render.Describe(Cancel))!.State);
        Assert.Equal(
            [EventTypes.RenderSucceeded, EventTypes.FrameFinished, EventTypes.FrameFinished],
            (await scene.Deliveries()).Select(one => one.Type),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_frame_that_is_made_again_is_told_again_and_no_picture_twice()
    {
        var scene = await WebhookScene.Open(cluster, devices: 2, EventTypes.FrameFinished);
        var (id, render) = await Render(scene, ApprovalMode.Manual);
        var reviewed = cluster.Grains.GetGrain<IReviewedRenderGrain>(id.Value);
        await Picture(render, 1);
        await Picture(render, 2);
        await reviewed.Reject(1, null, Cancel);

        while ((await render.Describe(Cancel))!.Frames[0].Review!.State != FrameReviewState.Upheld)
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.IsType<FrameReviewOutcome.Taken>(await reviewed.Retry(1, Cancel));
        await cluster.Placement.Run(Cancel);
        await Deliver(scene, render, device: 1, units: 2);
        await Picture(render, 1);
        await cluster.Restart();
        await render.Wake(Cancel);

        var told = await scene.Deliveries();
        Assert.Equal(
            [
                NewEvent.Frame(id, scene.Scene.Customer, 1, number: 2).Id,
                NewEvent.Frame(id, scene.Scene.Customer, 2).Id,
                NewEvent.Frame(id, scene.Scene.Customer, 1).Id,
            ],
            told.Select(one => one.Event));
        Assert.Contains($"/v1/renders/{id}/frames/1/preview\"", told[0].Body, StringComparison.Ordinal);
        await render.Cancel(Cancel);
    }

    [Fact]
    public async Task Frames_that_nobody_wants_to_hear_of_are_not_posted()
    {
        var books = new CountingBook(cluster.Books);
        var scene = await WebhookScene.Open(cluster, EventTypes.FrameFinished);
        var outbox = new EventOutbox(cluster.WebhookRows, books, cluster.Clock);
        var render = RenderId.From(Guid.NewGuid());

        await outbox.Tell([NewEvent.Frame(render, AccountId.From(Guid.NewGuid()), 1)], Cancel);
        Assert.Equal(0, books.Posts);
        await outbox.Tell([NewEvent.Frame(render, scene.Scene.Customer, 1)], Cancel);
        Assert.Equal(1, books.Posts);
    }

    private async Task<(RenderId Id, IRenderGrain Render)> Render(
        WebhookScene scene, ApprovalMode? approval = null)
    {
        var id = RenderId.From(Guid.NewGuid());
        var order = scene.Scene.Render(cluster.Blobs.Add([1, 2, 3]), frames: 2) with { Approval = approval };
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Scene.Placement.SubmitRender(id, scene.Scene.Customer, order, Cancel));
        var render = cluster.Grains.GetGrain<IRenderGrain>(id.Value);
        await Deliver(scene, render, device: 0, units: 4);
        return (id, render);
    }

    private async Task Deliver(WebhookScene scene, IRenderGrain render, int device, int units)
    {
        for (var unit = 0; unit < units; unit++)
        {
            await scene.Scene.Beat(scene.Scene.Devices[device]);
            var work = await scene.Scene.Pull(device);
            await render.Deliver(work.Attempt, Scene.Sums(cluster, work.Unit!.Unit.Index, 1), Cancel);
        }
    }

    private static Task Picture(IRenderGrain render, int frame) => render.FrameAssembled(
        frame, new FrameOutcome.Made(new string((char)('a' + frame), 64)), Cancel);

    private sealed class CountingBook(IBook book) : IBook
    {
        public int Posts { get; private set; }

        public Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default)
        {
            Posts++;
            return book.Post(entry, cancel);
        }

        public Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default) =>
            book.Balance(account, cancel);

        public Task<IReadOnlyList<AccountBalance>> Balances(
            IReadOnlyList<LedgerAccount> accounts, CancellationToken cancel = default) => book.Balances(accounts, cancel);

        public Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel = default) =>
            book.TrialBalance(cancel);

        public Task<IReadOnlyList<StatementLine>> Statement(
            LedgerAccount account, long? before, int limit, CancellationToken cancel = default) =>
            book.Statement(account, before, limit, cancel);
    }
}
