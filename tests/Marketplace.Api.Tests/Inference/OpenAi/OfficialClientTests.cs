using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>OpenAI's own .NET client against the surface.</summary>
public sealed class OfficialClientTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_is_answered_with_its_usage()
    {
        var (_, rig) = await TestRig.Start(market, "oa-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-one");
        var chat = await Chat(renter, transport);

        var asked = chat.CompleteChatAsync(
            [new SystemChatMessage("Book"), new UserChatMessage("Hey")],
            new ChatCompletionOptions { MaxOutputTokenCount = 4, Temperature = 0.5f },
            Cancel);
        var order = await rig.LeaseSome();
        Assert.Equal(
            "<|im_start|>system\nBook<|im_end|>\n<|im_start|>user\nHey<|im_end|>\n<|im_start|>assistant\n",
            order.Text!.Prompt);
        Assert.Equal((4, 0.5), (order.Text.MaxTokens, order.Text.Temperature));
        await rig.DeliverText(order, "But", " she", " could", "n't");
        ChatCompletion answer = await asked;

        Assert.Equal("But she couldn't", answer.Content.Single().Text);
        Assert.Equal(ChatMessageRole.Assistant, answer.Role);
        Assert.Equal(ChatFinishReason.Length, answer.FinishReason);
        Assert.Equal((3, 4, 7), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount, answer.Usage.TotalTokenCount));
        Assert.Equal(transport.Job, $"job_{answer.Id["chatcmpl-".Length..]}");
        Assert.Equal("succeeded", (await renter.Get($"/v1/jobs/{transport.Job}")).Text("state"));
    }

    [Fact]
    public async Task What_a_device_had_read_before_is_told_with_the_usage()
    {
        var (_, rig) = await TestRig.Start(market, "oa-cached");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-cached");
        var chat = await Chat(renter, transport);

        var asked = chat.CompleteChatAsync([new UserChatMessage("Hey")], new() { MaxOutputTokenCount = 1 }, Cancel);
        await rig.DeliverCached(await rig.LeaseSome(), 2, "But");

        Assert.Equal(2, (await asked).Value.Usage.InputTokenDetails.CachedTokenCount);
    }

    [Fact]
    public async Task A_stream_brings_the_role_the_text_the_end_and_the_usage()
    {
        var (_, rig) = await TestRig.Start(market, "oa-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-two");
        var chat = await Chat(renter, transport);
        var updates = chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], new() { MaxOutputTokenCount = 4 }, Cancel)
            .GetAsyncEnumerator(Cancel);

        var first = updates.MoveNextAsync().AsTask();
        var order = await rig.LeaseSome();
        await rig.SendTokens(order, 0, "But");
        Assert.True(await first);
        Assert.Equal(ChatMessageRole.Assistant, updates.Current.Role);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("But", updates.Current.ContentUpdate.Single().Text);

        await rig.DeliverText(order, "But", " she");
        var (rest, finish, usage) = (string.Empty, default(ChatFinishReason?), default(ChatTokenUsage));

        while (await updates.MoveNextAsync())
        {
            rest += string.Concat(updates.Current.ContentUpdate.Select(part => part.Text));
            finish ??= updates.Current.FinishReason;
            usage ??= updates.Current.Usage;
        }

        Assert.Equal((" she", ChatFinishReason.Length), (rest, finish));
        Assert.Equal((3, 2), (usage!.InputTokenCount, usage.OutputTokenCount));
    }

    [Fact]
    public async Task A_stop_and_what_follows_it_are_not_shown()
    {
        var (_, rig) = await TestRig.Start(market, "oa-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-three");
        var chat = await Chat(renter, transport);
        var text = string.Empty;

        async Task Read()
        {
            var options = new ChatCompletionOptions { MaxOutputTokenCount = 9, StopSequences = { "END" } };

            await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], options, Cancel))
            {
                text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            }
        }

        var read = Read();
        var order = await rig.LeaseSome();
        Assert.Equal(["END"], order.Text!.Stop!);
        await rig.DeliverText(order, "An", " EAGLE", " in", " the E", "N", "D of it");
        await read;

        Assert.Equal("An EAGLE in the ", text);
    }

    [Fact]
    public async Task A_schema_goes_to_the_rig_as_it_stands()
    {
        var (_, rig) = await TestRig.Start(market, "oa-schema");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-schema");
        var chat = await Chat(renter, transport);
        const string Schema = """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}""";
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "it", BinaryData.FromString(Schema), jsonSchemaIsStrict: true),
        };

        var asked = chat.CompleteChatAsync([new UserChatMessage("Hey")], options, Cancel);
        var order = await rig.LeaseSome();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Schema), JsonNode.Parse(order.Text!.Schema!)));
        await rig.DeliverText(order, "{\"a\":", "1}");
        Assert.Equal("{\"a\":1}", (await asked).Value.Content.Single().Text);

        asked = chat.CompleteChatAsync(
            [new UserChatMessage("Hey")], new() { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() }, Cancel);
        order = await rig.LeaseSome();
        Assert.Equal("{}", order.Text!.Schema);
        await rig.DeliverText(order, "{}");
        await asked;
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_job()
    {
        var (_, rig) = await TestRig.Start(market, "oa-four");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-four");
        var chat = await Chat(renter, transport);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var updates = chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], cancellationToken: leave.Token)
            .GetAsyncEnumerator(leave.Token);
        Assert.True(await updates.MoveNextAsync());
        var order = await rig.LeaseSome();
        await rig.SendTokens(order, 0, "But");

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await updates.MoveNextAsync());

        var job = await renter.UntilState($"/v1/jobs/{order.Work}", "cancelled");
        Assert.Equal(1, job.At("outputTokens").GetInt32());
    }

    [Fact]
    public async Task Models_are_listed_and_found()
    {
        var name = await Jobs.Model(market);
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("oa-five");
        var models = Client(market, renter, transport).GetOpenAIModelClient();

        var listed = (await models.GetModelsAsync(Cancel)).Value;
        Assert.NotEmpty(listed);
        Assert.Equal("marketplace", (await models.GetModelAsync(name, Cancel)).Value.OwnedBy);
        var missing = await Assert.ThrowsAsync<ClientResultException>(() => models.GetModelAsync("no-such-model", Cancel));
        Assert.Equal(404, missing.Status);
    }

    [Fact]
    public async Task Refusals_are_typed()
    {
        var renter = await market.NewAccount("renter");
        using var transport = new RegionTransport("oa-six");
        var unknown = Client(market, renter, transport).GetChatClient("no-such-model");
        var wrong = await Assert.ThrowsAsync<ClientResultException>(
            () => unknown.CompleteChatAsync([new UserChatMessage("Hey")], cancellationToken: Cancel));
        Assert.Equal(404, wrong.Status);
        Assert.Contains("no-such-model", wrong.Message, StringComparison.Ordinal);

        var stranger = new OpenAIClient(new ApiKeyCredential("mk_test_nothing"), Options(market, transport)).GetChatClient("x");
        var refused = await Assert.ThrowsAsync<ClientResultException>(
            () => stranger.CompleteChatAsync([new UserChatMessage("Hey")], cancellationToken: Cancel));
        Assert.Equal(401, refused.Status);
    }

    internal static OpenAIClient Client(TestMarket market, MarketClient renter, RegionTransport transport) => new(
        new ApiKeyCredential(renter.Http.DefaultRequestHeaders.Authorization!.Parameter!), Options(market, transport));

    private async Task<ChatClient> Chat(MarketClient renter, RegionTransport transport) =>
        Client(market, renter, transport).GetChatClient(await Jobs.Model(market));

    private static OpenAIClientOptions Options(TestMarket market, RegionTransport transport) => new()
    {
        Endpoint = new Uri(market.Url, "/v1"),
        Transport = new HttpClientPipelineTransport(new HttpClient(transport, disposeHandler: false)),
        RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
    };
}
