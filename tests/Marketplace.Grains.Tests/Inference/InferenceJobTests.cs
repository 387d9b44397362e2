using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Tests.Market;

namespace Marketplace.Grains.Tests.Inference;

[Collection(MarketCollection.Name)]
public sealed class InferenceJobTests(MarketCluster cluster)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_funded_made_charged_and_closed()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var reserved = (await scene.Job(job).Describe(Cancel))!.Reserved;
        Assert.Equal(reserved.Micros, await cluster.Free(Chart.Escrow(job.Value)));

        var work = await scene.Pull();
        Assert.Equal(job.Value, work.Work);
        var batch = new TokenBatch(0, Scene.Tokens(0, 2));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Accept(work.Attempt, batch, Cancel));
        Assert.Equal(WorkState.Running, (await scene.Job(job).Describe(Cancel))!.State);
        var end = new TextDelivery("length", 3, Scene.Tokens(0, 4));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal(WorkState.Succeeded, view.State);
        Assert.Equal(" w0 w1 w2 w3", view.Text);
        // 3 prompt tokens at 1, 4 output tokens at 2 micro-USDC; the fee of a tenth is floored.
        Assert.Equal(11, view.Charged.Micros);
        var accrued = await cluster.Free(Chart.Accrued(scene.Devices[0].Provider));
        Assert.Equal(10, accrued);
        Assert.Equal(1_000_000 - 11, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);

        var statement = cluster.Grains.GetGrain<IStatementGrain>(0);
        var receipt = await statement.Receipt(view.Receipt!.Value, scene.Customer, Cancel);
        Assert.Contains("\"charge\":\"0.000011\"", receipt, StringComparison.Ordinal);
        Assert.Null(await statement.Receipt(view.Receipt.Value, AccountId.From(Guid.NewGuid()), Cancel));
        Assert.Equal(Usdc.Zero, (await statement.Balance(scene.Customer, Cancel)).Reserved);
    }

    [Fact]
    public async Task The_same_order_again_is_the_same_job_and_another_order_is_refused()
    {
        var scene = await Scene.Open(cluster);
        var (job, order) = (scene.NewJob(), scene.Order());

        var first = await scene.Placement.Submit(job, scene.Customer, order, Cancel);
        Assert.False(Assert.IsType<SubmitOutcome.Accepted>(first).Replayed);
        var left = await cluster.Free(Chart.Available(scene.Customer));
        var again = await scene.Placement.Submit(job, scene.Customer, order, Cancel);
        Assert.True(Assert.IsType<SubmitOutcome.Accepted>(again).Replayed);
        Assert.IsType<SubmitOutcome.KeyTaken>(
            await scene.Placement.Submit(job, scene.Customer, order with { Prompt = "Twice" }, Cancel));
        Assert.Equal(left, await cluster.Free(Chart.Available(scene.Customer)));
    }

    [Fact]
    public async Task An_order_beyond_the_balance_is_refused_with_the_amounts_and_leaves_nothing()
    {
        var scene = await Scene.Open(cluster, micros: 5);
        var job = scene.NewJob();
        var refused = Assert.IsType<SubmitOutcome.NotEnoughMoney>(
            await scene.Placement.Submit(job, scene.Customer, scene.Order(), Cancel));

        Assert.Equal(TokenPrice.Cap(scene.Order()), refused.Needed);
        Assert.Equal(5, refused.Available.Micros);
        Assert.Null(await scene.Job(job).Describe(Cancel));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
    }

    [Fact]
    public async Task Who_owes_money_after_a_dispute_opens_no_work_whatever_was_granted()
    {
        var scene = await Scene.Open(cluster, micros: 5);
        var opened = CardJournals.DisputeOpened($"dp_{scene.Customer}", scene.Customer, Cents.From(1), Cents.From(15_00));
        var promo = PromoJournals.Grant($"{scene.Customer}", scene.Customer, Usdc.FromMicros(1_000_000));
        Assert.True((await cluster.Books.Post(Marketplace.Ledger.Entry.Of(opened, promo), Cancel)).Stands);

        var refused = Assert.IsType<SubmitOutcome.NotEnoughMoney>(
            await scene.Placement.Submit(scene.NewJob(), scene.Customer, scene.Order(), Cancel));

        Assert.Equal(0, refused.Available.Micros);
    }

    [Fact]
    public async Task An_order_that_no_device_could_take_says_why()
    {
        var scene = await Scene.Open(cluster);
        var order = scene.Order();
        var needs = order.Needs with { MemoryBytes = long.MaxValue };
        var refused = Assert.IsType<SubmitOutcome.Unsatisfiable>(
            await scene.Placement.Submit(scene.NewJob(), scene.Customer, order with { Needs = needs }, Cancel));

        Assert.Contains(refused.Why, why => why.Rule == "memory");
    }

    [Fact]
    public async Task Tokens_already_known_are_harmless_and_others_in_their_place_end_the_attempt()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(scene.Order(maxTokens: 10));
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 3)), Cancel);

        Assert.IsType<DeliverOutcome.Accepted>(
            await scene.Job(job).Accept(work.Attempt, new(1, Scene.Tokens(1, 4)), Cancel));
        Assert.Equal(5, (await scene.Job(job).Describe(Cancel))!.OutputTokens);
        Assert.IsType<DeliverOutcome.Refused>(
            await scene.Job(job).Accept(work.Attempt, new(4, Scene.Tokens(7, 1)), Cancel));
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Accept(work.Attempt, new(5, Scene.Tokens(5, 1)), Cancel));
        Assert.Equal(WorkState.Queued, (await scene.Job(job).Describe(Cancel))!.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task The_prompt_is_charged_by_the_platforms_count_whatever_the_provider_says(int told)
    {
        var scene = await Scene.Open(cluster);
        cluster.Readers.Prompts["Twice upon a time"] = 5;
        var job = await scene.Submit(scene.Order(prompt: "Twice upon a time"));
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("length", told, Scene.Tokens(0, 4)), Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((5, 5 + 8), (view.PromptTokens, view.Charged.Micros));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task What_is_metered_of_a_prompt_is_never_more_than_is_charged()
    {
        var scene = await Scene.Open(cluster);
        cluster.Readers.Prompts["a b"] = 9;
        var job = await scene.Submit(scene.Order(prompt: "a b"));
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((5, 5 + 8), (view.PromptTokens, view.Charged.Micros));
    }

    [Fact]
    public async Task Orders_without_weights_have_no_prompt_to_charge()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(scene.Order() with { ModelBytes = 0 });
        var work = await scene.Pull();
        await scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);

        Assert.Equal(8, (await scene.Job(job).Describe(Cancel))!.Charged.Micros);
    }

    [Fact]
    public async Task A_repeated_end_gets_the_same_answer_and_one_charge()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        var end = new TextDelivery("stop", 1, Scene.Tokens(0, 2));

        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));
        var left = await cluster.Free(Chart.Available(scene.Customer));
        Assert.IsType<DeliverOutcome.Accepted>(await scene.Job(job).Complete(work.Attempt, end, Cancel));
        Assert.Equal(left, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_silent_device_loses_its_job_and_another_goes_on_with_the_text()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit();
        var first = await scene.Pull(0);
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);

        cluster.Clock.Advance(TimeSpan.FromSeconds(60));
        await scene.Beat(scene.Devices[1]);
        await cluster.Placement.Run(Cancel);

        var second = await scene.Pull(1);
        Assert.NotEqual(first.Attempt, second.Attempt);
        Assert.Equal(Scene.Tokens(0, 2), second.Text!.Prefix);
        Assert.Equal(TenantLabel.Of(scene.Customer, scene.Devices[1].Id), second.Text.Tenant);
        Assert.NotEqual(first.Text!.Tenant, second.Text.Tenant, StringComparer.Ordinal);
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Accept(first.Attempt, new(2, Scene.Tokens(2, 1)), Cancel));
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Complete(first.Attempt, new("stop", 1, Scene.Tokens(0, 3)), Cancel));

        await scene.Job(job).Complete(second.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel);
        Assert.Equal(0, await cluster.Free(Chart.Accrued(scene.Devices[0].Provider)));

        // A token of the prompt and the two that the second one made: what the first one made is on nobody's bill.
        Assert.Equal(1 + (2 * 2), (await scene.Job(job).Describe(Cancel))!.Charged.Micros);
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_device_that_beats_keeps_its_job()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();

        for (var beat = 0; beat < 10; beat++)
        {
            cluster.Clock.Advance(TimeSpan.FromSeconds(15));
            await scene.Beat(scene.Devices[0], work.Attempt);
            await cluster.Placement.Run(Cancel);
        }

        Assert.Equal(work.Attempt, (await scene.Job(job).Describe(Cancel))!.Attempt);
        await scene.Job(job).Cancel(Cancel);
    }

    [Fact]
    public async Task Cancelling_bills_the_prompt_and_what_was_made_and_gives_back_the_rest()
    {
        var scene = await Scene.Open(cluster);
        cluster.Readers.Prompts["A prompt that was read"] = 7;
        var job = await scene.Submit(scene.Order(prompt: "A prompt that was read"));
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 3)), Cancel);
        var before = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal((7, 7 + 6), (before.PromptTokens, before.Charged.Micros));

        var view = await scene.Job(job).Cancel(Cancel);

        Assert.Equal(WorkState.Cancelled, view!.State);
        Assert.Equal("cancelled", view.Ending!.Code);
        Assert.Equal((7, 3, 7 + 6), (view.PromptTokens, view.OutputTokens, view.Charged.Micros));
        Assert.IsType<DeliverOutcome.Stale>(
            await scene.Job(job).Accept(work.Attempt, new(3, Scene.Tokens(3, 1)), Cancel));
        Assert.Contains(work.Attempt, await scene.Device(scene.Devices[0]).Heartbeat(new(0, [work.Attempt]), Cancel));
        await cluster.AssertSettled(job.Value);

        var statement = cluster.Grains.GetGrain<IStatementGrain>(0);
        var receipt = await statement.Receipt(view.Receipt!.Value, scene.Customer, Cancel);
        Assert.Contains("\"promptTokens\":7", receipt, StringComparison.Ordinal);
        Assert.Contains("\"outputTokens\":3", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_the_deadline_the_prompt_is_billed_with_what_was_made()
    {
        var scene = await Scene.Open(cluster);
        cluster.Readers.Prompts["Too late"] = 7;
        var job = await scene.Submit(scene.Order(prompt: "Too late", deadlineSeconds: 60));
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 1)), Cancel);

        cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        await cluster.Placement.Run(Cancel);

        var view = (await scene.Job(job).Describe(Cancel))!;
        Assert.Equal(WorkState.Expired, view.State);
        Assert.Equal((7, 7 + 2), (view.PromptTokens, view.Charged.Micros));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_prompt_is_not_charged_before_a_token_of_the_text_or_for_what_another_device_has_made()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        cluster.Readers.Prompts["Unread"] = 7;
        var job = await scene.Submit(scene.Order(prompt: "Unread"));
        var first = await scene.Pull(0);
        await scene.Job(job).Accept(first.Attempt, new(0, []), Cancel);
        Assert.Equal(Usdc.Zero, (await scene.Job(job).Describe(Cancel))!.Charged);
        await scene.Job(job).Accept(first.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        await scene.Job(job).Fail(first.Attempt, new("broken", "It broke.", CausedBy.Provider), Cancel);
        await cluster.Placement.Run(Cancel);
        await scene.Pull(1);

        var view = (await scene.Job(job).Cancel(Cancel))!;

        Assert.Equal((0, 0), (view.PromptTokens, view.Charged.Micros));
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_prompt_that_cannot_be_counted_keeps_nobody_from_leaving()
    {
        var scene = await Scene.Open(cluster);
        cluster.Readers.Prompts["No store"] = 7;
        cluster.Readers.Faults["No store"] = new IOException("the store is away");
        var job = await scene.Submit(scene.Order(prompt: "No store"));
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 3)), Cancel);

        var view = (await scene.Job(job).Cancel(Cancel))!;

        Assert.Equal(WorkState.Cancelled, view.State);
        Assert.Equal((0, 6), (view.PromptTokens, view.Charged.Micros));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_job_that_nobody_takes_expires_and_is_refunded()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit(scene.Order(deadlineSeconds: 60));
        cluster.Clock.Advance(TimeSpan.FromSeconds(61));
        await cluster.Placement.Run(Cancel);

        var view = await scene.Job(job).Describe(Cancel);
        Assert.Equal(WorkState.Expired, view!.State);
        Assert.Equal("deadline-passed", view.Ending!.Code);
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task After_too_many_attempts_a_job_fails_and_is_refunded()
    {
        var scene = await Scene.Open(cluster, devices: InferenceLimits.AttemptsMax);
        var job = await scene.Submit();

        for (var device = 0; device < InferenceLimits.AttemptsMax; device++)
        {
            await scene.Placement.Requeue(job.Value, Cancel);
            var work = await scene.Pull(device);
            await scene.Job(job).Fail(work.Attempt, new("out-of-memory", "It broke.", CausedBy.Provider), Cancel);
        }

        var view = await scene.Job(job).Describe(Cancel);
        Assert.Equal(WorkState.Failed, view!.State);
        Assert.Equal(1_000_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task A_failed_device_gets_the_job_no_more()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var job = await scene.Submit();
        var work = await scene.Pull(0);
        await scene.Job(job).Fail(work.Attempt, new("broken", "It broke.", CausedBy.Provider), Cancel);
        await cluster.Placement.Run(Cancel);

        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(job.Value, (await scene.Pull(1)).Work);
    }

    [Fact]
    public async Task Promotional_credit_is_spent_first_and_what_is_left_of_it_goes_back_to_it()
    {
        var scene = await Scene.Open(cluster, micros: 1_000);
        var account = cluster.Grains.GetGrain<Abstractions.Accounts.IAccountGrain>(scene.Customer.Value);
        await account.Credit("grant-" + scene.Customer, Usdc.FromMicros(10), new("key_admin", "welcome"), Cancel);
        var job = await scene.Submit();
        var work = await scene.Pull();
        Assert.Equal(0, await cluster.Free(Chart.Promo(scene.Customer)));

        await scene.Job(job).Complete(work.Attempt, new("stop", 0, Scene.Tokens(0, 3)), Cancel);

        Assert.Equal(4, await cluster.Free(Chart.Promo(scene.Customer)));
        Assert.Equal(1_000, await cluster.Free(Chart.Available(scene.Customer)));
        await cluster.AssertSettled(job.Value);
    }

    [Fact]
    public async Task Who_watches_sees_every_token_once_and_the_end()
    {
        var scene = await Scene.Open(cluster);
        var job = await scene.Submit();
        var work = await scene.Pull();
        await scene.Job(job).Accept(work.Attempt, new(0, Scene.Tokens(0, 2)), Cancel);
        var seen = new List<JobEvent>();
        var two = new TaskCompletionSource();

        var watching = Task.Run(
            async () =>
            {
                await foreach (var happened in scene.Job(job).Watch(1).WithBatchSize(1).WithCancellation(Cancel))
                {
                    seen.Add(happened);

                    if (happened is JobEvent.TokenMade { Number: 2 })
                    {
                        two.TrySetResult();
                    }
                }
            },
            Cancel);

        await two.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        await scene.Job(job).Complete(work.Attempt, new("length", 1, Scene.Tokens(0, 4)), Cancel);
        await watching.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal([2, 3, 4], seen.OfType<JobEvent.TokenMade>().Select(token => token.Number));
        Assert.Equal(WorkState.Succeeded, Assert.IsType<JobEvent.StateChanged>(seen[^1]).State);
    }
}
