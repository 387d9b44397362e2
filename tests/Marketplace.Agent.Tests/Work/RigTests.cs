using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Tests.Market;

namespace Marketplace.Agent.Tests.Work;

public sealed class RigTests
{
    [Fact]
    public async Task A_text_is_streamed_and_then_delivered_whole()
    {
        await using var rig = await RunningRig.Start();
        var streamed = new List<TokenMessage>();
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Market.OnTokens = message =>
        {
            Assert.Equal(streamed.Count, message.First);
            streamed.AddRange(message.Tokens);
            _ = streamed.Count == 4 && seen.TrySetResult(true);
            return DeliverReply.Accepted;
        };
        rig.Engines.BeforeToken = (index, cancel) => index == 4 ? seen.Task.WaitAsync(cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_1", 5));

        var done = await rig.Market.Texts.Next("the text");

        Assert.Equal("att_1", done.Attempt);
        Assert.Equal("length", done.FinishReason);
        Assert.Equal(4, done.PromptTokens);
        Assert.Equal([" word0", " word1", " word2", " word3", " word4"], done.Tokens.Select(token => token.Text));

        Assert.True(await seen.Task.Within("the first four tokens"));
    }

    [Fact]
    public async Task The_first_token_does_not_wait_for_the_second()
    {
        await using var rig = await RunningRig.Start();
        var gate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Engines.BeforeToken = (index, cancel) => index == 1 ? gate.Task.WaitAsync(cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_1", 3));

        var first = await rig.Market.Tokens.Next("the first token");
        gate.SetResult(true);

        Assert.Single(first.Tokens);
        Assert.Equal(3, (await rig.Market.Texts.Next("the text")).Tokens.Length);
    }

    [Fact]
    public async Task A_later_attempt_goes_on_after_what_the_renter_has()
    {
        await using var rig = await RunningRig.Start();
        var streamed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Market.OnTokens = message =>
        {
            streamed.TrySetResult(message.First == 2);
            return DeliverReply.Accepted;
        };
        rig.Engines.BeforeToken = (index, cancel) => index == 3 ? streamed.Task.WaitAsync(cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_2", 4, prefix: [new(0, " a"), new(1, " b")]));

        var done = await rig.Market.Texts.Next("the text");

        Assert.Equal([" a", " b", " word2", " word3"], done.Tokens.Select(token => token.Text));
        Assert.True(await streamed.Task.Within("its tokens"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_market_that_forgot_tokens_gets_them_again_from_the_first_missing_one(bool hasHub)
    {
        await using var rig = await RunningRig.Create();
        rig.Market.HasHub = hasHub;
        var kept = new List<TokenMessage>();
        var forgot = false;
        var seen = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Market.OnTokens = message =>
        {
            if (kept.Count >= 5 && !forgot)
            {
                forgot = true;
                kept.RemoveRange(3, kept.Count - 3);
            }

            if (message.First <= kept.Count)
            {
                kept.AddRange(message.Tokens.Skip(kept.Count - message.First));
            }

            _ = forgot && kept.Count == 9 && seen.TrySetResult(true);
            return DeliverReply.Accepted;
        };
        rig.Market.ResendFrom = message => message.First > kept.Count ? kept.Count : null;
        rig.Engines.BeforeToken = async (index, cancel) =>
        {
            // A message for each, and the whole text only when all of them were streamed.
            if (index == 9)
            {
                await seen.Task.WaitAsync(cancel);
            }
            else if (index > 0)
            {
                await rig.Market.Tokens.Reader.ReadAsync(cancel);
            }
        };
        rig.Run();
        rig.Market.Offer(RunningRig.TextOrder("att_1", 10));

        Assert.True(await seen.Task.Within("all tokens after the loss"));
        Assert.Equal(Enumerable.Range(0, 9), kept.Select(token => token.Id));
        Assert.Equal(10, (await rig.Market.Texts.Next("the text")).Tokens.Length);
    }

    [Fact]
    public async Task A_market_that_asks_for_tokens_again_for_ever_gets_them_a_few_times_and_then_the_text()
    {
        await using var rig = await RunningRig.Start();
        var (messages, again) = (0, 0);
        rig.Market.ResendFrom = message =>
        {
            messages++;
            again += message.First == 0 ? 1 : 0;
            return 0;
        };
        rig.Engines.BeforeToken = async (index, cancel) => _ = index == 0
            ? null
            : await rig.Market.Tokens.Next("every token", message => message.First + message.Tokens.Length == index);
        rig.Market.Offer(RunningRig.TextOrder("att_1", 40));

        Assert.Equal(40, (await rig.Market.Texts.Next("the text")).Tokens.Length);
        Assert.InRange(messages, 39, 60);
        Assert.InRange(again, 2, TokenStream.RewindsMax + 1);
    }

    [Fact]
    public async Task A_unit_is_uploaded_under_its_hash_and_then_delivered()
    {
        await using var rig = await RunningRig.Start();
        rig.Market.Offer(RunningRig.UnitOrder("att_1", 3, 7));

        var done = await rig.Market.Units.Next("the unit");

        Assert.Equal(3, done.SumsBytes);
        Assert.Equal([3, 7, 42], rig.Market.Blob(done.SumsSha256));
    }

    [Fact]
    public async Task A_socket_cut_in_the_middle_of_a_text_loses_nothing()
    {
        await using var rig = await RunningRig.Start();
        await rig.Market.Connections.Next("the first socket");
        var reached = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Engines.BeforeToken = (index, cancel) =>
        {
            reached.TrySetResult(index == 3);
            return index == 3 ? gate.Task.WaitAsync(cancel) : Task.CompletedTask;
        };
        rig.Market.Offer(RunningRig.TextOrder("att_1", 6));
        await rig.Market.Tokens.Next("the first tokens");

        rig.Market.CutSockets();
        await rig.Market.Connections.Next("the second socket");
        gate.SetResult(true);

        var done = await rig.Market.Texts.Next("the text");
        Assert.Equal(6, done.Tokens.Length);
        Assert.Equal("att_1", done.Attempt);
    }

    [Fact]
    public async Task Stale_for_a_token_stops_the_work_and_nothing_is_delivered()
    {
        await using var rig = await RunningRig.Start();
        rig.Market.OnTokens = message => message.Attempt == "att_old" ? DeliverReply.Stale : DeliverReply.Accepted;
        rig.Engines.BeforeToken = (index, cancel) => index == 1 ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_old", 9));

        Assert.True(await rig.Engines.Stopped.Task.Within("the end of the stale attempt"));

        rig.Engines.BeforeToken = (_, _) => Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_new", 2));
        Assert.Equal("att_new", (await rig.Market.Texts.Next("the next text")).Attempt);
    }

    [Fact]
    public async Task An_abandoned_attempt_is_given_up()
    {
        await using var rig = await RunningRig.Start();
        rig.Engines.BeforeToken = (index, cancel) => index == 1 ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_1", 9));
        await rig.Market.Connections.Next("the socket");
        await rig.Market.Tokens.Next("the first token");

        await rig.Market.HintAbandon("att_1");

        Assert.True(await rig.Engines.Stopped.Task.Within("the end of the attempt"));
    }

    [Fact]
    public async Task A_heartbeat_names_what_runs_and_its_answer_ends_it()
    {
        await using var rig = await RunningRig.Start();
        rig.Engines.BeforeToken = (index, cancel) => index == 1 ? Task.Delay(Timeout.Infinite, cancel) : Task.CompletedTask;
        rig.Market.Offer(RunningRig.TextOrder("att_1", 9));

        var busy = await rig.Market.Heartbeats.Next("a heartbeat with work", heartbeat => heartbeat.Running.Length > 0);
        Assert.Equal(["att_1"], busy.Running);
        Assert.Equal(0, busy.SlotsFree);

        rig.Market.OnHeartbeat = heartbeat => heartbeat.Running;
        Assert.True(await rig.Engines.Stopped.Task.Within("the end of the attempt"));
    }

    [Fact]
    public async Task A_hint_brings_work_before_the_next_poll()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { PollInterval = TimeSpan.FromHours(1) });
        await rig.Market.Connections.Next("the socket");
        await rig.Market.Heartbeats.Next("the first heartbeat over it");
        rig.Market.Offer(RunningRig.TextOrder("att_1", 1));

        await rig.Market.HintWork();

        Assert.Equal("att_1", (await rig.Market.Texts.Next("the text")).Attempt);
    }

    [Fact]
    public async Task A_hint_costs_one_call_and_no_more_are_made_while_nothing_else_waits()
    {
        const int Orders = 20;
        const int AtItsStartMax = 8;
        await using var rig = await RunningRig.Start(
            RunningRig.Quick with { PollInterval = TimeSpan.FromHours(1), Slots = 8 });
        await rig.Market.Connections.Next("the socket");
        await rig.Market.Heartbeats.Next("the first heartbeat over it");

        for (var number = 0; number < Orders; number++)
        {
            rig.Market.Offer(RunningRig.TextOrder($"att_{number}", 1));
            await rig.Market.HintWork();
            await rig.Market.Texts.Next($"text {number}");
        }

        var calls = rig.Market.Ways.Count(way => way is HubMethods.Lease or AgentRoutes.Lease);
        Assert.InRange(calls, Orders, Orders + AtItsStartMax);
    }

    [Fact]
    public async Task What_waits_already_is_leased_to_its_end_without_hints_as_slots_get_free()
    {
        await using var rig = await RunningRig.Create(
            options: RunningRig.Quick with { PollInterval = TimeSpan.FromHours(1), Slots = 2 });

        for (var number = 0; number < 9; number++)
        {
            rig.Market.Offer(RunningRig.TextOrder($"att_{number}", 1));
        }

        rig.Run();

        for (var number = 0; number < 9; number++)
        {
            await rig.Market.Texts.Next($"text {number}");
        }
    }

    [Theory]
    [InlineData("abandoned")]
    [InlineData("stale")]
    [InlineData("failed")]
    public async Task A_slot_that_comes_free_without_a_delivery_is_offered_at_once(string end)
    {
        await using var rig = await RunningRig.Create(
            options: RunningRig.Quick with { PollInterval = TimeSpan.FromHours(1), Slots = 2 });
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        rig.Engines.BeforeToken = (index, cancel) => index == 0 ? Task.CompletedTask
            : Interlocked.Increment(ref begun) == 1 ? first.Task.WaitAsync(cancel)
            : Task.Delay(Timeout.Infinite, cancel);
        rig.Market.OnTokens = tokens =>
            end == "stale" && tokens.Attempt == "att_1" && tokens.First > 0
                ? DeliverReply.Stale
                : DeliverReply.Accepted;
        rig.Market.Offer(RunningRig.TextOrder("att_1", 9));
        rig.Run();
        await rig.Market.Connections.Next("the socket");
        await rig.Market.Tokens.Next("a token of the first attempt", tokens => tokens.Attempt == "att_1");

        // Calls for more at its start are over, and found nothing: answers to heartbeats come behind theirs.
        await rig.Market.Heartbeats.Next("a heartbeat with work", beat => beat.Running.Length > 0);
        await rig.Market.Heartbeats.Next("another");
        await rig.Market.Heartbeats.Next("and another");

        // The hint's own call takes the last slot, so the rig has heard of nothing else that waits.
        rig.Market.Offer(RunningRig.TextOrder("att_2", 9));
        await rig.Market.HintWork();
        await rig.Market.Tokens.Next("a token of the second attempt", tokens => tokens.Attempt == "att_2");
        rig.Market.Offer(RunningRig.TextOrder("att_3", 9));

        switch (end)
        {
            case "abandoned":
                await rig.Market.HintAbandon("att_1");
                break;
            case "failed":
                first.SetException(new InvalidOperationException("broken"));
                break;
            default:
                first.SetResult();
                break;
        }

        await rig.Market.Tokens.Next("a token of the third attempt", tokens => tokens.Attempt == "att_3");
    }

    [Fact]
    public async Task Without_a_socket_work_is_leased_and_delivered_over_https()
    {
        var market = await FakeMarket.Start();
        market.HasHub = false;
        await using var rig = await RunningRig.Create(market);
        var streamed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        market.OnTokens = _ =>
        {
            streamed.TrySetResult(true);
            return DeliverReply.Accepted;
        };
        rig.Engines.BeforeToken = (index, cancel) => index == 2 ? streamed.Task.WaitAsync(cancel) : Task.CompletedTask;
        market.Offer(RunningRig.TextOrder("att_1", 3));
        market.Offer(RunningRig.UnitOrder("att_2", 1, 2));
        rig.Run();

        Assert.Equal(3, (await market.Texts.Next("the text")).Tokens.Length);
        Assert.Equal("att_2", (await market.Units.Next("the unit")).Attempt);
        await market.Heartbeats.Next("a heartbeat");
        Assert.DoesNotContain(HubMethods.Lease, market.Ways);
        Assert.Contains(AgentRoutes.Lease, market.Ways);
        Assert.Contains(AgentRoutes.Tokens, market.Ways);
    }

    [Fact]
    public async Task A_text_too_long_for_the_socket_is_delivered_over_https()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { TokenBatchMax = 8 });
        await rig.Market.Connections.Next("the socket");
        rig.Engines.TextOf = _ => new string('x', AgentRoutes.HubMessageBytesMax / 30);
        rig.Market.Offer(RunningRig.TextOrder("att_1", 40));

        var done = await rig.Market.Texts.Next("the text");
        Assert.Equal(40, done.Tokens.Length);
        Assert.Contains(AgentRoutes.Text, rig.Market.Ways);
    }

    [Fact]
    public async Task A_fault_of_the_engine_is_told_with_its_code()
    {
        await using var rig = await RunningRig.Start();
        rig.Engines.BeforeToken = (_, _) => throw new InsufficientMemoryException();
        rig.Market.Offer(RunningRig.TextOrder("att_1", 3));

        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("att_1", "out-of-memory", false), (failed.Attempt, failed.Code, failed.OrderAtFault));
    }

    [Fact]
    public async Task The_model_noop_is_refused_unless_it_is_offered()
    {
        await using var rig = await RunningRig.Start();
        rig.Market.Offer(Noop("att_1", 3));

        Assert.Equal("unsupported", (await rig.Market.Failures.Next("the refusal")).Code);
    }

    [Fact]
    public async Task The_model_noop_answers_with_all_its_tokens_when_it_is_offered()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { OfferNoop = true });
        rig.Market.Offer(Noop("att_1", 3));

        Assert.Equal(3, (await rig.Market.Texts.Next("the text")).Tokens.Length);
    }

    [Fact]
    public async Task All_slots_work_at_the_same_time_and_no_more_is_leased()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { Slots = 6 });
        var gate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Engines.BeforeToken = (_, cancel) => gate.Task.WaitAsync(cancel);

        for (var number = 0; number < 9; number++)
        {
            rig.Market.Offer(RunningRig.TextOrder($"att_{number}", 1));
        }

        var busy = await rig.Market.Heartbeats.Next("a heartbeat with six attempts", beat => beat.Running.Length >= 6);
        Assert.Equal(6, busy.Running.Length);
        Assert.Equal(0, busy.SlotsFree);
        gate.SetResult(true);

        for (var number = 0; number < 9; number++)
        {
            await rig.Market.Texts.Next($"text {number}");
        }
    }

    [Fact]
    public async Task A_session_is_renewed_before_it_ends()
    {
        var market = await FakeMarket.Start();
        market.SessionLife = TimeSpan.FromSeconds(1);
        await using var rig = await RunningRig.Create(market);
        rig.Run();

        await market.Connections.Next("a socket of the second session", _ => market.Sessions >= 2);
    }

    private static WorkOrderMessage Noop(string attempt, int tokens)
    {
        var order = RunningRig.TextOrder(attempt, tokens, new string('0', 64));
        return order with { Text = order.Text! with { Model = "noop" } };
    }
}
