using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Market;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Lines of batches give their places to what somebody waits for, and lose nothing by it.</summary>
[Collection(MarketCollection.Name)]
public sealed class GiveWayTests(MarketCluster cluster)
{
    private const int Tokens = 40;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_of_a_batch_gives_way_and_goes_on_behind_what_it_has_made()
    {
        var scene = await Scene.Open(cluster);
        var (line, run) = await Begin(scene, made: 20);

        var wanted = await scene.Submit(scene.Order(Tokens));

        Assert.Equal(WorkState.Queued, (await State(scene, line)).State);
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(line).Accept(run.Attempt, new(20, Scene.Tokens(20, 1)), Cancel));
        Assert.Equal([run.Attempt], await scene.Device(scene.Devices[0]).Heartbeat(new(0, [run.Attempt]), Cancel));

        // It was there first; what somebody waits for goes first.
        await cluster.Placement.Run(Cancel);
        var order = await scene.Pull();
        Assert.Equal(wanted.Value, order.Work);
        await End(scene, wanted, order, 0);

        var again = await scene.Pull();
        Assert.Equal((line.Value, 20), (again.Work, again.Text!.Prefix.Count));
        Assert.Equal(Scene.Tokens(0, 20), again.Text.Prefix);
        await End(scene, line, again, 20);
        var view = await State(scene, line);
        Assert.Equal((WorkState.Succeeded, 2, null), (view.State, view.Attempts, view.Ending));
        Assert.Equal(0, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
        await cluster.AssertSettled(line.Value);
        await cluster.AssertSettled(wanted.Value);
    }

    [Fact]
    public async Task The_line_that_was_begun_last_gives_way()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var (older, _) = await Begin(scene, made: 20);
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        var (newer, _) = await Begin(scene, made: 20, device: 1);

        await scene.Submit(scene.Order());

        Assert.Equal(WorkState.Running, (await State(scene, older)).State);
        Assert.Equal(WorkState.Queued, (await State(scene, newer)).State);

        // A second order has the place of the other.
        await scene.Submit(scene.Order());
        Assert.Equal(WorkState.Queued, (await State(scene, older)).State);
    }

    [Fact]
    public async Task A_line_makes_a_little_before_it_gives_way()
    {
        var scene = await Scene.Open(cluster);
        var (line, run) = await Begin(scene, made: 5);
        await scene.Submit(scene.Order());

        Assert.Equal(WorkState.Running, (await State(scene, line)).State);
        await scene.Job(line).Accept(run.Attempt, new(5, Scene.Tokens(5, 10)), Cancel);
        Assert.Equal(WorkState.Running, (await State(scene, line)).State);
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(line).Accept(run.Attempt, new(15, Scene.Tokens(15, 1)), Cancel));
        Assert.Equal((WorkState.Queued, 16), ((await State(scene, line)).State, (await State(scene, line)).OutputTokens));
    }

    [Fact]
    public async Task A_line_gives_way_twice_at_most_and_that_counts_as_no_failure()
    {
        var scene = await Scene.Open(cluster);
        var (line, run) = await Begin(scene, made: 16, tokens: 80);

        for (var time = 1; time <= 2; time++)
        {
            var wanted = await scene.Submit(scene.Order());
            Assert.Equal(WorkState.Queued, (await State(scene, line)).State);
            await End(scene, wanted, await scene.Pull(), 0, 4);
            await cluster.Placement.Run(Cancel);
            run = await scene.Pull();
            Assert.Equal((line.Value, 16 * time), (run.Work, run.Text!.Prefix.Count));
            await scene.Job(line).Accept(run.Attempt, new(16 * time, Scene.Tokens(16 * time, 16)), Cancel);
        }

        await scene.Submit(scene.Order());

        Assert.Equal(WorkState.Running, (await State(scene, line)).State);
        Assert.False(await scene.Job(line).Yield(run.Attempt, Cancel));
        await scene.Job(line).Fail(run.Attempt, new("device-fault", "x", CausedBy.Provider), Cancel);
        Assert.Equal(WorkState.Queued, (await State(scene, line)).State);
        await scene.Job(line).Cancel(Cancel);
    }

    /// <summary>Records of two devices would not be of one text.</summary>
    [Fact]
    public async Task A_line_whose_prompt_is_told_begins_anew()
    {
        var scene = await Scene.Open(cluster);
        await scene.Device(scene.Devices[0]).KeepModels(new([], [], 0, 1, TakesTokens: true, TellsPrompts: true), Cancel);
        await scene.Beat(scene.Devices[0]);
        var line = await scene.Submit(
            Line(scene, Tokens) with { Tokens = new([1, 2]), Logprobs = 0, TellsPrompt = true });
        var run = await scene.Pull();
        Token[] made = [.. Scene.Tokens(0, 20).Select(one => one with { Probabilities = [new(one.Id, [], -1)] })];
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(line).Accept(run.Attempt, new(0, made), Cancel));

        var wanted = await scene.Submit(scene.Order());
        Assert.Equal((WorkState.Queued, 0), ((await State(scene, line)).State, (await State(scene, line)).OutputTokens));
        await cluster.Placement.Run(Cancel);
        await End(scene, wanted, await scene.Pull(), 0, 4);

        var again = await scene.Pull();
        Assert.Equal((line.Value, true, 0), (again.Work, again.Text!.Order.TellsPrompt, again.Text.Prefix.Count));
        await scene.Job(line).Cancel(Cancel);
        await cluster.AssertSettled(line.Value);
    }

    [Fact]
    public async Task Nothing_gives_way_to_a_line_nor_what_somebody_waits_for_nor_where_a_place_is_free()
    {
        var scene = await Scene.Open(cluster);
        var wanted = await scene.Submit(scene.Order(Tokens));
        var run = await scene.Pull();
        await scene.Job(wanted).Accept(run.Attempt, new(0, Scene.Tokens(0, 20)), Cancel);

        await scene.Submit(scene.Order());
        Assert.False(await scene.Job(wanted).Yield(run.Attempt, Cancel));
        Assert.Equal(WorkState.Running, (await State(scene, wanted)).State);

        var other = await Scene.Open(cluster, devices: 2);
        var (line, _) = await Begin(other, made: 20);
        await other.Beat(other.Devices[1]);
        await other.Submit(other.Order() with { IsBatch = true });
        await other.Submit(other.Order());
        Assert.Equal(WorkState.Running, (await State(other, line)).State);
    }

    [Fact]
    public async Task A_line_that_has_waited_long_has_its_turn_and_keeps_it()
    {
        var scene = await Scene.Open(cluster);
        await scene.Submit(scene.Order(4));
        var busy = await scene.Pull();
        var line = await scene.Submit(Line(scene, Tokens));
        cluster.Clock.Advance(TimeSpan.FromMinutes(11));
        await scene.Device(scene.Devices[0]).Heartbeat(new(0, [busy.Attempt]), Cancel);
        var wanted = await scene.Submit(scene.Order(deadlineSeconds: 3_600));
        await scene.Device(scene.Devices[0]).Release(busy.Attempt, Cancel);

        var run = await scene.Pull();

        Assert.Equal(line.Value, run.Work);
        await scene.Job(line).Accept(run.Attempt, new(0, Scene.Tokens(0, 30)), Cancel);
        await scene.Placement.Requeue(wanted.Value, Cancel);
        Assert.Equal(WorkState.Running, (await State(scene, line)).State);
    }

    [Fact]
    public async Task A_line_keeps_its_place_where_a_device_was_freed_without_asking_again()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var (line, _) = await Begin(scene, made: 20);
        var wanted = await scene.Submit(scene.Order());
        var order = await scene.Pull(1);
        await End(scene, wanted, order, 0, 4);

        await scene.Submit(scene.Order());

        Assert.Equal(WorkState.Running, (await State(scene, line)).State);
    }

    [Fact]
    public async Task A_book_says_that_a_line_may_have_to_give_way_only_while_one_is_under_way_and_no_place_is_free()
    {
        var scene = await Scene.Open(cluster);
        var book = cluster.Grains.GetGrain<IOrderBookGrain>(
            OrderBookGrain.KeyOf(scene.Needs(WorkKind.Text).Class!.Value));
        var ticket = await TicketOf(scene);
        Assert.False(await book.Enqueue(ticket, Cancel));
        await book.Remove(ticket.Work, Cancel);

        var (line, run) = await Begin(scene, made: 1);
        Assert.True(await book.Enqueue(ticket, Cancel));
        Assert.False(await book.Enqueue(ticket with { IsBatch = true }, Cancel));
        Assert.False(await book.Enqueue(ticket with { IsAudit = true }, Cancel));

        await scene.Job(line).Fail(run.Attempt, new("device-fault", "x", CausedBy.Provider), Cancel);
        await scene.Placement.Requeue(line.Value, Cancel);
        await book.Remove(line.Value, Cancel);
        Assert.False(await book.Enqueue(ticket, Cancel));
    }

    private static async Task<WorkTicket> TicketOf(Scene scene)
    {
        var job = await scene.Submit();
        var ticket = (await scene.Job(job).Ticket(Cancel))!;
        await scene.Job(job).Cancel(Cancel);
        return ticket;
    }

    private static InferenceOrder Line(Scene scene, int tokens) =>
        scene.Order(tokens, deadlineSeconds: 86_400) with { IsBatch = true };

    /// <summary>A line of a batch that a device works on.</summary>
    private static async Task<(JobId Line, WorkOrder Run)> Begin(
        Scene scene, int made, int device = 0, int tokens = Tokens)
    {
        var line = await scene.Submit(Line(scene, tokens));
        var run = await scene.Pull(device);
        Assert.True(run.Text!.Order.IsBatch);
        await scene.Job(line).Accept(run.Attempt, new(0, Scene.Tokens(0, made)), Cancel);
        return (line, run);
    }

    private static async Task End(Scene scene, JobId job, WorkOrder order, int from, int tokens = Tokens)
    {
        Assert.Equal(from, order.Text!.Prefix.Count);
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(
            order.Attempt, new("length", 1, Scene.Tokens(0, tokens)), Cancel));
    }

    private static async Task<JobView> State(Scene scene, JobId job) => (await scene.Job(job).Describe(Cancel))!;
}
