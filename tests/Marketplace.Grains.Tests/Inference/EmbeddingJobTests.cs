using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Inference;

/// <summary>Jobs of embeddings: priced exactly, ended by vectors alone, charged once.</summary>
[Collection(MarketCollection.Name)]
public sealed class EmbeddingJobTests(MarketCluster cluster)
{
    private const int Tokens = 9;
    private const int Width = 4;
    private const int Bytes = 2 * Width * EmbeddingLimits.NumberBytes;

    private static readonly string Vectors = new('b', 64);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_sets_aside_and_charges_its_tokens_and_says_on_the_receipt_what_it_was()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(Order(scene));

        // Nine tokens at one micro-USDC, before it starts and at its end.
        Assert.Equal(Tokens, (await scene.Job(job).Describe(Cancel))!.Reserved.Micros);
        Assert.Equal(Tokens, await cluster.Free(Chart.Escrow(job.Value)));
        var work = await scene.Pull();
        Assert.Equal(2, work.Text!.Order.Embedding!.Inputs.Count);
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Succeeded, Vectors), (view.State, view.VectorsSha256));
        Assert.Equal((Tokens, 0, string.Empty), (view.PromptTokens, view.OutputTokens, view.Text));
        Assert.Equal(Tokens, view.Charged.Micros);
        Assert.Equal(1_000_000 - Tokens, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
        var receipt = await cluster.Grains.GetGrain<IStatementGrain>(0)
            .Receipt(view.Receipt!.Value, scene.Customer, Cancel);
        Assert.Contains("\"kind\":\"embedding\"", receipt, StringComparison.Ordinal);
        Assert.Contains($"\"meter\":{{\"promptTokens\":{Tokens}}},\"outputSha256\":\"{Vectors}\"", receipt, StringComparison.Ordinal);

        // The device has its place back.
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        await scene.Submit();
        await scene.Pull();
    }

    [Fact]
    public async Task A_repeat_counts_once_and_vectors_of_an_attempt_that_is_over_not_at_all()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit(Order(scene));
        var lost = await scene.Pull();
        Assert.True(await scene.Job(job).Lose(lost.Attempt, Cancel));
        await scene.Placement.Requeue(job.Value, Cancel);
        var work = await scene.Pull(device: 1);

        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).CompleteEmbedding(lost.Attempt, Delivery(lost), Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).CompleteEmbedding(lost.Attempt, Delivery(lost), Cancel));

        Assert.Equal(1_000_000 - Tokens, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_the_end_is_repaired_by_the_sweep_with_one_charge(bool written)
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(Order(scene));
        var work = await scene.Pull();
        cluster.Books.FailNext($"charge:{job}", written);

        await Assert.ThrowsAnyAsync<Exception>(
            () => scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));
        await cluster.Restart();
        cluster.Clock.Advance(TimeSpan.FromSeconds(31));
        await cluster.Placement.Run(Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((WorkState.Succeeded, Vectors, Tokens), (view.State, view.VectorsSha256, view.Charged.Micros));
        Assert.Equal(1_000_000 - Tokens, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vectors_are_checked_before_they_are_paid_for(bool stand)
    {
        cluster.RequireCommitments(true);
        cluster.Auditor.BadVectors = stand ? null : Vectors;

        try
        {
            var scene = await Scene.Open(cluster);
            var job = await scene.Submit(Order(scene));
            var work = await scene.Pull();
            Assert.IsType<DeliverOutcome.Accepted>(
                await scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));
            JobView view;

            do
            {
                await Task.Yield();
                view = (await scene.Job(job).Describe(Cancel))!;
            }
            while (!WorkCycle.IsTerminal(view.State));

            var root = VectorCommitment.Root(job.Value, work.Attempt.Value, Vectors);
            Assert.Equal(Convert.ToHexStringLower(root), view.Audit!.Draw!.Root);
            Assert.Equal(
                stand ? (WorkState.Succeeded, TextAudit.Passed, Tokens) : (WorkState.Failed, TextAudit.Failed, 0),
                (view.State, view.Audit.Word, (int)view.Charged.Micros));
            Assert.Equal(stand ? Vectors : null, view.VectorsSha256);
            Assert.Equal(stand ? 0 : 1, (await scene.Device(scene.Devices[0]).Describe(Cancel))!.FailedAudits);
            await cluster.AssertSettled(job.Value);
        }
        finally
        {
            cluster.RequireCommitments(false);
            cluster.Auditor.BadVectors = null;
        }
    }

    [Fact]
    public async Task What_contradicts_the_order_is_refused_and_another_device_takes_over()
    {
        var scene = await Scene.Open(cluster, devices: 5);
        var job = await scene.Submit(Order(scene));
        Func<WorkOrder, Task<DeliverOutcome>>[] wrong =
        [
            work => scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work) with { Bytes = Bytes - 4 }, Cancel),
            work => scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work, tokens: Tokens - 1), Cancel),
            work => scene.Job(job).Complete(work.Attempt, new TextDelivery("length", Tokens, []), Cancel),
            work => scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 1)), Cancel),
        ];

        foreach (var (device, deliver) in wrong.Index())
        {
            var work = await scene.Pull(device);
            Assert.IsType<DeliverOutcome.Refused>(await deliver(work));
            Assert.Null((await scene.Job(job).Describe(Cancel))!.VectorsSha256);
            await scene.Placement.Requeue(job.Value, Cancel);
        }

        var good = await scene.Pull(device: 4);
        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).CompleteEmbedding(good.Attempt, Delivery(good), Cancel));
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Vectors_for_a_text_are_refused()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();

        var refused = Assert.IsType<DeliverOutcome.Refused>(
            await scene.Job(job).CompleteEmbedding(work.Attempt, Delivery(work), Cancel));
        Assert.Contains("the order is of a text", refused.Why, StringComparison.Ordinal);
        Assert.Equal(0, (await scene.Job(job).Describe(Cancel))!.Charged.Micros);
    }

    [Fact]
    public async Task The_same_inputs_again_are_the_same_job_and_others_are_refused()
    {
        var scene = await Scene.Open(cluster);
        var job = scene.NewJob();
        await scene.Placement.Submit(job, scene.Customer, Order(scene), Cancel);

        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(
            await scene.Placement.Submit(job, scene.Customer, Order(scene), Cancel)).Replayed);
        var other = Order(scene);
        Assert.IsType<SubmitOutcome.KeyTaken>(await scene.Placement.Submit(
            job,
            scene.Customer,
            other with { Embedding = other.Embedding! with { Inputs = [new("hello"), new(null, [1, 3])] } },
            Cancel));
    }

    [Fact]
    public async Task A_cancelled_job_costs_nothing()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(Order(scene));
        await scene.Pull();

        var view = (await scene.Job(job).Cancel(Cancel))!;

        Assert.Equal((WorkState.Cancelled, 0), (view.State, view.Charged.Micros));
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    /// <summary>Two inputs of nine tokens together.</summary>
    private static InferenceOrder Order(Scene scene) => scene.Order(maxTokens: 0, prompt: string.Empty) with
    {
        Needs = scene.Needs(WorkKind.Embedding),
        Embedding = new([new("hello"), new(null, [1, 2])], Tokens, Width),
    };

    private static EmbeddingDelivery Delivery(WorkOrder work, int tokens = Tokens) => new(
        Bytes,
        new SignedResult(
            work.Attempt,
            Vectors,
            new Dictionary<string, long>(StringComparer.Ordinal) { [EmbeddingDelivery.PromptTokens] = tokens },
            Convert.ToBase64String(new byte[32]),
            Convert.ToBase64String(new byte[64])));
}
