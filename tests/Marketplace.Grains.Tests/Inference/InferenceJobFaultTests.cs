using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Tests.Market;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>Rigs that fail at a job, honestly or not.</summary>
[Collection(MarketCollection.Name)]
public sealed class InferenceJobFaultTests(MarketCluster cluster)
{
    private static readonly Ending Accuses = new("model-corrupt", "No tensor.", CausedBy.Renter);
    private static readonly Ending Broke = new("device-fault", "It broke.", CausedBy.Provider);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_text_that_goes_on_after_a_stop_is_refused()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(scene.Order(maxTokens: 8) with { Stop = new(["w1 w"]) });
        var work = await scene.Pull();

        var outcome = await scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);

        Assert.Contains("stop", Assert.IsType<DeliverOutcome.Refused>(outcome).Why, StringComparison.Ordinal);
        var failures = await cluster.Register.List(
            RegisterKinds.ProofFailure, scene.Devices[0].Provider.Value, null, null, 10, Cancel);
        Assert.Equal((work.Attempt.Value, "bad-delivery"), (Assert.Single(failures).Id, failures[0].State));
    }

    [Fact]
    public async Task A_text_that_ends_with_its_stop_is_accepted_and_the_same_order_again_is_a_replay()
    {
        var scene = await Scene.Open(cluster);
        var order = scene.Order(maxTokens: 8) with { Stop = new(["w1 w"]) };
        var job = await scene.Submit(order);
        var again = await scene.Placement.Submit(job, scene.Customer, order with { Stop = new(["w1 w"]) }, Cancel);
        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(again).Replayed);
        var work = await scene.Pull();

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, new("stop", 3, Scene.Tokens(0, 3)), Cancel));
    }

    [Fact]
    public async Task One_rigs_word_that_the_order_is_at_fault_lets_another_try()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit();
        await scene.Job(job).Fail((await scene.Pull(0)).Attempt, Accuses, Cancel);
        await cluster.Placement.Run(Cancel);

        Assert.Equal(WorkState.Queued, (await scene.Job(job).Describe(Cancel))!.State);
        var second = await scene.Pull(1);
        await scene.Job(job).Complete(second.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel);
        Assert.Equal(WorkState.Succeeded, (await scene.Job(job).Describe(Cancel))!.State);
    }

    [Fact]
    public async Task Two_providers_that_find_the_order_at_fault_end_the_job_and_nobody_is_billed()
    {
        var scene = await Scene.Open(cluster, devices: 3);
        var job = await scene.Submit();
        var first = await scene.Pull(0);
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        await scene.Job(job).Fail(first.Attempt, Accuses, Cancel);
        await cluster.Restart();
        await scene.Beat(scene.Devices[1]);
        await cluster.Placement.Run(Cancel);
        await scene.Job(job).Fail((await scene.Pull(1)).Attempt, Accuses, Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Failed, CausedBy.Renter), (view.State, view.Ending!.CausedBy));
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_job_of_an_account_that_owes_ends_at_the_next_look_and_its_rest_settles_the_debt()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        await scene.Owe(5);

        cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        await cluster.Placement.Run(Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Cancelled, "account-owes"), (view.State, view.Ending?.Code));
        Assert.True(view.Charged > Usdc.Zero);
        Assert.Equal(0, await cluster.Free(Chart.Receivable(scene.Customer)));
        Assert.Equal(1_000_000 - 5 - view.Charged.Micros, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_job_that_every_device_failed_at_ends_at_the_next_look_and_is_refunded()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit();

        for (var device = 0; device < 2; device++)
        {
            var work = await scene.Pull(device);
            await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
            await scene.Job(job).Fail(work.Attempt, Broke, Cancel);
            await cluster.Placement.Run(Cancel);
        }

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Failed, "no-device-left"), (view.State, view.Ending!.Code));
        Assert.Contains("device-fault", view.Ending.Detail, StringComparison.Ordinal);
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_text_that_grows_beyond_its_limit_ends_the_attempt_and_another_device_goes_on()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit(scene.Order(maxTokens: 2_000));
        var work = await scene.Pull(0);
        var longest = new Token(1, new string('x', InferenceLimits.TokenTextBytesMax));
        const int Fits = InferenceLimits.TextBytesMax / InferenceLimits.TokenTextBytesMax;

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Accept(work.Attempt, new(0, [.. Enumerable.Repeat(longest, Fits)]), Cancel));
        Assert.IsType<DeliverOutcome.Refused>(
            await scene.Job(job).Accept(work.Attempt, new(Fits, [new(1, "y")]), Cancel));
        await cluster.Placement.Run(Cancel);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await scene.Job(job).Cancel(Cancel);
    }
}
