using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>Who waits for a whole answer gets what is stored and nothing else, and keeps nobody from going on.</summary>
[Collection(MarketCollection.Name)]
public sealed class InferenceJobAnswerTests(MarketCluster cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>Times that the clock is moved before somebody who waits must have noticed.</summary>
    private const int MovesMax = 50;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_answer_is_the_job_as_it_ended()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var answer = await Waiting(scene, job);
        var work = await scene.Pull();
        Assert.False(answer.IsCompleted);

        await scene.Job(job).Complete(work.Attempt, new("stop", 1, Scene.Tokens(0, 2)), Cancel);

        var view = Assert.IsType<AnswerOutcome.Given>(await answer.WaitAsync(Limit, Cancel)).Job;
        Assert.Equal((WorkState.Succeeded, " w0 w1", 5), (view.State, view.Text, view.Charged.Micros));
        Assert.NotNull(await cluster.Receipts.Find(view.Receipt!.Value, Cancel));
    }

    /// <param name="isStored">Whether the attempt is stored: then what could not be written ends the activation.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_answer_is_given_of_a_result_that_was_not_stored(bool isStored)
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();

        if (isStored)
        {
            cluster.Clock.Advance(InferenceJobGrain.AttemptStoredAfter);
            await cluster.Storage.Written(job.Value, 2).WaitAsync(Limit, Cancel);
        }

        var answer = await Waiting(scene, job);
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));
        cluster.Storage.FailNextWrite(job.Value);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(work.Attempt, end, Cancel));

        // The next activation begins though somebody waits in this one: the rig's repeat is heard.
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, end, Cancel).WaitAsync(Limit, Cancel));

        if (await answer.WaitAsync(Limit, Cancel) is AnswerOutcome.Given early)
        {
            Assert.Equal(WorkState.Succeeded, early.Job.State);
        }

        var given = await scene.Job(job).Answer(Patience, Cancel);
        Assert.Equal(" w0 w1", Assert.IsType<AnswerOutcome.Given>(given).Job.Text);
        await cluster.AssertSettled(job.Value);
    }

    /// <summary>Memory goes on as before the write, and the next write finds that it came through.</summary>
    [Fact]
    public async Task A_result_that_was_stored_though_the_write_failed_stands_and_keeps_nobody_waiting()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var answer = await Waiting(scene, job);
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));
        cluster.Storage.FailNextWrite(job.Value, written: true);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(work.Attempt, end, Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(work.Attempt, end, Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Complete(work.Attempt, end, Cancel).WaitAsync(Limit, Cancel));

        await answer.WaitAsync(Limit, Cancel);
        var view = Assert.IsType<AnswerOutcome.Given>(await scene.Job(job).Answer(Patience, Cancel)).Job;
        Assert.Equal((WorkState.Succeeded, " w0 w1", 5), (view.State, view.Text, view.Charged.Micros));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Who_waits_for_a_job_whose_end_was_not_posted_asks_again_and_gets_it_then()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var answer = await Waiting(scene, job);
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));
        cluster.Books.FailNext($"charge:{job}", written: false);

        await Assert.ThrowsAnyAsync<Exception>(() => scene.Job(job).Complete(work.Attempt, end, Cancel));
        Assert.False(answer.IsCompleted);
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));

        var view = Assert.IsType<AnswerOutcome.Given>(await answer.WaitAsync(Limit, Cancel)).Job;
        Assert.Equal((WorkState.Succeeded, 5), (view.State, view.Charged.Micros));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task One_call_waits_a_few_seconds_and_nobody_waits_for_a_job_that_was_never_started()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var answer = await Waiting(scene, job);

        // A turn that has read the time and not yet set its timer misses what the clock is moved by meanwhile.
        for (var moves = 0; moves < MovesMax && !answer.IsCompleted; moves++)
        {
            cluster.Clock.Advance(InferenceJobGrain.AnswerWaitMax);
            await scene.Job(job).Describe(Cancel);
        }

        Assert.IsType<AnswerOutcome.NotYet>(await answer.WaitAsync(Limit, Cancel));
        Assert.IsType<AnswerOutcome.Unknown>(await scene.Job(scene.NewJob()).Answer(Patience, Cancel));
        await scene.Job(job).Cancel(Cancel);
    }

    /// <summary>Somebody who waits inside the job's activation.</summary>
    private static async Task<Task<AnswerOutcome>> Waiting(Scene scene, JobId job)
    {
        var answer = scene.Job(job).Answer(Patience, Cancel);

        // Calls of one caller arrive in their order.
        await scene.Job(job).Describe(Cancel);
        return answer;
    }
}
