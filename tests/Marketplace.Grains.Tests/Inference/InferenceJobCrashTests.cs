using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>What a crash or a failed write between two durable steps leaves, and how it is repaired.</summary>
[Collection(MarketCollection.Name)]
public sealed class InferenceJobCrashTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_the_end_is_repaired_by_the_sweep_with_one_charge(bool written)
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        cluster.Books.FailNext($"charge:{job}", written);

        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel));
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Job(job).Describe(Cancel);
        Assert.Equal(WorkState.Succeeded, view!.State);
        Assert.Equal(5, view.Charged.Micros);
        Assert.Equal(1_000_000 - 5, await cluster.Free(Chart.Available(scene.Customer)));
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel));
        await cluster.AssertSettled(job.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_the_start_leaves_one_escrow_when_the_order_comes_again(bool written)
    {
        var scene = await Scene.Open(cluster);
        var (job, order) = (scene.NewJob(), scene.Order());
        cluster.Books.FailNext($"fund:{job}:0", written);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Placement.Submit(job, scene.Customer, order, Cancel));
        await cluster.Restart();

        Assert.IsType<SubmitOutcome.Accepted>(await scene.Placement.Submit(job, scene.Customer, order, Cancel));
        var reserved = (await scene.Job(job).Describe(Cancel))!.Reserved;
        Assert.Equal(reserved.Micros, await cluster.Free(Chart.Escrow(job.Value)));
        Assert.Equal(1_000_000 - reserved.Micros, await cluster.Free(Chart.Available(scene.Customer)));
        await scene.Job(job).Cancel(Cancel);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_funded_job_that_nobody_asks_for_again_goes_on_after_a_restart()
    {
        var scene = await Scene.Open(cluster);
        var job = scene.NewJob();
        cluster.Books.FailNext($"fund:{job}:0", written: true);
        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Placement.Submit(job, scene.Customer, scene.Order(), Cancel));
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        Assert.Equal(job.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task A_job_whose_funding_stands_though_its_commit_was_not_heard_of_goes_on_without_a_restart()
    {
        var scene = await Scene.Open(cluster);
        var job = scene.NewJob();
        cluster.Books.FailNext($"fund:{job}:0", written: true);

        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Placement.Submit(job, scene.Customer, scene.Order(), Cancel));

        var view = await scene.Job(job).Describe(Cancel);
        Assert.Equal(WorkState.Queued, view!.State);
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await scene.Beat(scene.Devices[0]);
        await cluster.Placement.Run(Cancel);
        Assert.Equal(job.Value, (await scene.Pull()).Work);
        await scene.Job(job).Cancel(Cancel);
        await cluster.AssertSettled(job.Value);
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task A_job_whose_funding_was_lost_is_not_there_and_can_be_ordered_again_without_a_restart()
    {
        var scene = await Scene.Open(cluster);
        var job = scene.NewJob();
        cluster.Books.FailNext($"fund:{job}:0", written: false);

        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Placement.Submit(job, scene.Customer, scene.Order(), Cancel));

        Assert.Null(await scene.Job(job).Describe(Cancel));
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.Submit(job, scene.Customer, scene.Order(), Cancel));
        Assert.Equal(job.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task A_failed_write_of_the_result_charges_nothing_and_the_repeat_counts()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));
        cluster.Storage.FailNextWrite(job.Value);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(work.Attempt, end, Cancel));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task What_could_not_be_stored_of_one_device_is_nothing_of_the_next_ones_settlement()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var signed = new SignedResult(
            work.Attempt,
            new string('0', 64),
            new Dictionary<string, long>(StringComparer.Ordinal),
            "a2V5",
            "c2lnbmF0dXJl");
        cluster.Storage.FailNextWrite(job.Value);
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(
            work.Attempt, new("stop", 1, Scene.Tokens(0, 2), signed), Cancel));

        Assert.Equal(0, (await scene.Job(job).Describe(Cancel))!.OutputTokens);
        await scene.Job(job).Fail(work.Attempt, new("device-fault", "x", CausedBy.Provider), Cancel);
        await scene.Placement.Requeue(job.Value, Cancel);
        var next = await scene.Pull(1);
        Assert.Empty(next.Text!.Prefix);
        await scene.Job(job).Accept(next.Attempt, new(0, Scene.Tokens(0, 1)), Cancel);
        await scene.Job(job).Cancel(Cancel);

        var end = cluster.Storage.Stored<JobState>("inference-job", job.Value).Settlement!;
        Assert.Equal((WorkState.Cancelled, 1, null), (end.Final, end.OutputTokens, end.Result));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task An_attempt_that_a_restart_forgot_counts_for_nothing_and_the_job_is_made_and_charged_once()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var forgotten = await scene.Pull();
        await cluster.Restart();
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));

        Assert.Null((await scene.Job(job).Describe(Cancel))!.Device);
        Assert.IsType<DeliverOutcome.Stale>(await scene.Job(job).Complete(forgotten.Attempt, end, Cancel));
        await scene.Beat(scene.Devices[0]);
        await scene.Placement.Requeue(job.Value, Cancel);
        var work = await scene.Pull();
        Assert.NotEqual(forgotten.Attempt, work.Attempt);
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Accept(forgotten.Attempt, new(0, Scene.Tokens(0, 1)), Cancel));
        Assert.IsType<DeliverOutcome.Stale>(await scene.Job(job).Complete(forgotten.Attempt, end, Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));
        Assert.IsType<DeliverOutcome.Stale>(await scene.Job(job).Complete(forgotten.Attempt, end, Cancel));

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((1, work.Attempt, 5L), (view.Attempts, view.Attempt!.Value, view.Charged.Micros));
        Assert.Equal(1_000_000 - 5, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_failed_write_of_an_attempt_takes_no_token_and_the_repeat_counts()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var first = new TokenBatch(0, Scene.Tokens(0, 1));
        cluster.Storage.FailNextWrite(job.Value);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Accept(work.Attempt, first, Cancel));
        Assert.Equal(0, (await scene.Job(job).Describe(Cancel))!.OutputTokens);
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Accept(work.Attempt, first, Cancel));
        await cluster.Restart();

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel));
        Assert.Equal(1, (await scene.Job(job).Describe(Cancel))!.Attempts);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task An_attempt_that_says_nothing_for_a_moment_survives_a_restart()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        Assert.Equal(1, cluster.Storage.Writes(job.Value));

        cluster.Clock.Advance(InferenceJobGrain.AttemptStoredAfter);
        await cluster.Storage.Written(job.Value, 2).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await cluster.Restart();

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_host_that_stops_in_order_forgets_no_attempt()
    {
        await using var host = new MarketCluster();
        await host.InitializeAsync();
        var scene = await Scene.Open(host);
        var job = await scene.Submit();
        var work = await scene.Pull();
        Assert.Equal(1, host.Storage.Writes(job.Value));

        await host.Stop().WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(work.Attempt, host.Storage.Stored<JobState>("inference-job", job.Value).Attempt!.Id);
    }

    [Fact]
    public async Task A_text_that_comes_whole_costs_two_writes_of_state()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel);

        Assert.Equal(2, cluster.Storage.Writes(job.Value));
    }

    [Fact]
    public async Task After_a_restart_the_book_is_rebuilt_and_stored_tokens_are_not_made_again()
    {
        var scene = await Scene.Open(cluster);
        var waiting = await scene.Submit();
        cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var running = scene.NewJob();
        await scene.Placement.Submit(running, scene.Customer, scene.Order(), Cancel);
        var work = await scene.Pull();
        Assert.Equal(waiting.Value, work.Work);
        await scene.Job(waiting).Accept(work.Attempt, new(0, Scene.Tokens(0, 1)), Cancel);
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.Job(waiting).Accept(work.Attempt, new(1, Scene.Tokens(1, 1)), Cancel);
        await scene.Job(waiting).Accept(work.Attempt, new(2, Scene.Tokens(2, 1)), Cancel);
        await cluster.Restart();

        var view = await scene.Job(waiting).Describe(Cancel);
        Assert.Equal(2, view!.OutputTokens);
        Assert.Equal(WorkState.Running, view.State);
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(waiting).Complete(work.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel));
        Assert.Equal(running.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task A_device_that_streams_on_over_a_restart_keeps_its_attempt_and_its_pay()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(scene.Order(maxTokens: 6));
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 1)), Cancel);
        await scene.Job(job).Accept(work.Attempt, new(1, Scene.Tokens(1, 3)), Cancel);
        await cluster.Restart();
        Assert.InRange((await scene.Job(job).Describe(Cancel))!.OutputTokens, 0, 3);

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Accept(work.Attempt, new(4, Scene.Tokens(4, 1)), Cancel));
        var all = new TextDelivery("length", 1, Scene.Tokens(0, 6));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, all, Cancel));

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal(1, view.Attempts);
        Assert.Equal(13, view.Charged.Micros);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task What_a_restart_forgot_is_asked_for_again_and_the_next_device_goes_on_after_it()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit(scene.Order(maxTokens: 9));
        var work = await scene.Pull(0);
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 4)), Cancel);
        await cluster.Restart();
        var known = (await scene.Job(job).Describe(Cancel))!.OutputTokens;
        Assert.InRange(known, 0, 3);

        var ahead = await scene.Job(job).Accept(work.Attempt, new(4, Scene.Tokens(4, 1)), Cancel);
        Assert.Equal(known, Assert.IsType<DeliverOutcome.Accepted>(ahead).ResendFrom);
        var again = await scene.Job(job).Accept(work.Attempt, new(known, Scene.Tokens(known, 5 - known)), Cancel);
        Assert.Null(Assert.IsType<DeliverOutcome.Accepted>(again).ResendFrom);
        Assert.Equal(5, (await scene.Job(job).Describe(Cancel))!.OutputTokens);

        await scene.Job(job).Lose(work.Attempt, Cancel);
        await scene.Beat(scene.Devices[1]);
        await scene.Placement.Requeue(job.Value, Cancel);
        Assert.Equal(Scene.Tokens(0, 5), (await scene.Pull(1)).Text!.Prefix);
    }

    [Fact]
    public async Task A_short_job_costs_three_writes_of_state()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        await scene.Job(job).Complete(work.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel);

        Assert.Equal(3, cluster.Storage.Writes(job.Value));
    }
}
