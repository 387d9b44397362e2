using System.Net;
using System.Net.Http.Json;
using System.Text;
using Marketplace.Agent.Protocol;
using OpenAI.Chat;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>How tokens are to be chosen, on the way to the rig; how likely they were, on the way back.</summary>
public sealed class LogprobTests(TestMarket market)
{
    private static readonly byte[] Euro = Encoding.UTF8.GetBytes("€");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rig_is_told_how_to_choose()
    {
        var (_, rig) = await TestRig.Start(market, "lp-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var asked = renter.Post("/v1/completions", new
        {
            model = await Jobs.Model(market),
            prompt = "Once",
            max_tokens = 2,
            temperature = 0.5,
            top_p = 0.9,
            top_k = 40,
            min_p = 0.05,
            presence_penalty = 0.5,
            frequency_penalty = -0.25,
            repetition_penalty = 1.1,
            stop = "never",
            logit_bias = new Dictionary<string, double>(StringComparer.Ordinal) { ["7"] = -100, ["3"] = 1.5 },
            marketplace = new { region = "lp-one" },
        });

        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon");
        await asked;

        var told = order.Text!.Sampling!;
        Assert.Equal((40, 0.9, 0.05), (told.TopK, told.TopP, told.MinP));
        Assert.Equal((1.1, 0.5, -0.25), (told.RepetitionPenalty, told.PresencePenalty, told.FrequencyPenalty));
        Assert.Equal([(3, 1.5f), (7, -100f)], told.BiasTokens.Zip(told.Biases));
        Assert.Null(order.Text.Logprobs);
    }

    [Fact]
    public async Task Openais_client_reads_probabilities_whole_and_in_a_stream_up_to_the_stop()
    {
        var (_, rig) = await TestRig.Start(market, "lp-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        using var transport = new RegionTransport("lp-two");
        var chat = OfficialClientTests.Client(market, renter, transport).GetChatClient(await Jobs.Model(market));
        var options = new ChatCompletionOptions
        {
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 1,
            StopSequences = { "END" },
        };

        // One token and a half of a character, twice; the stop begins within a token and is shown by none after it.
        TokenMessage[] made =
        [
            Made(1, "Pay", "Pay"u8.ToArray()), Made(2, "", Euro[..2]), Made(3, "€", Euro[2..]),
            Made(4, "5 E", "5 E"u8.ToArray()), Made(5, "ND", "ND"u8.ToArray()),
        ];
        var whole = chat.CompleteChatAsync([new UserChatMessage("Hey")], options, Cancel);
        var order = await rig.LeaseSome();
        Assert.Equal(1, order.Text!.Logprobs);
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverMade(order, "stop", made));
        ChatCompletion answer = await whole;

        Assert.Equal("Pay€5 ", answer.Content.Single().Text);
        Check(answer.ContentTokenLogProbabilities);

        var streamed = Read(chat, options);
        order = await rig.LeaseSome();
        await rig.SendMade(order, 0, made[..2]);
        await rig.DeliverMade(order, "stop", made);
        var (text, tokens) = await streamed;

        Assert.Equal("Pay€5 ", text);
        Check(tokens);
    }

    [Fact]
    public async Task The_older_way_to_ask_tells_lists_with_offsets()
    {
        var (_, rig) = await TestRig.Start(market, "lp-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var asked = renter.Post("/v1/completions", new
        {
            model = await Jobs.Model(market),
            prompt = "Once",
            logprobs = 1,
            marketplace = new { region = "lp-three" },
        });

        var order = await rig.LeaseSome();
        await rig.DeliverMade(order, "length", Made(1, " upon", " upon"u8.ToArray()), Made(2, " a", " a"u8.ToArray()));
        var told = (await asked).At("choices")[0].GetProperty("logprobs");

        Assert.Equal([" upon", " a"], told.GetProperty("tokens").EnumerateArray().Select(one => one.GetString()), StringComparer.Ordinal);
        Assert.Equal([0, 5], told.GetProperty("text_offset").EnumerateArray().Select(one => one.GetInt32()));
        Assert.Equal([-0.5, -0.5], told.GetProperty("token_logprobs").EnumerateArray().Select(one => one.GetDouble()));
        Assert.Equal(-0.25, told.GetProperty("top_logprobs")[1].GetProperty("likelier").GetDouble());
    }

    [Fact]
    public async Task A_rig_that_tells_none_or_nonsense_is_refused()
    {
        var (_, rig) = await TestRig.Start(market, "lp-four");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var body = JsonContent.Create(new
        {
            model = await Jobs.Model(market),
            prompt = "Once",
            logprobs = 0,
            marketplace = new { region = "lp-four" },
        });
        var answer = renter.Send(HttpMethod.Post, "/v1/completions", body);
        var order = await rig.LeaseSome();

        // Somebody must be left for the job, else it may end as hopeless before its renter ends it.
        await using var other = (await TestRig.Start(market, "lp-four")).Rig;

        Assert.Equal(DeliverReply.Refused, await rig.SendMade(order, 0, new TokenMessage(1, "a")));

        await renter.Delete($"/v1/jobs/{order.Work}");
        using var ended = await answer;
        Assert.Equal(HttpStatusCode.BadRequest, ended.StatusCode);
    }

    private static void Check(IReadOnlyList<ChatTokenLogProbabilityDetails> tokens)
    {
        Assert.Equal(["Pay", "bytes:\\xe2\\x82", "bytes:\\xac", "5 E"], tokens.Select(one => one.Token), StringComparer.Ordinal);
        Assert.Equal(Euro, tokens.Skip(1).Take(2).SelectMany(one => one.Utf8Bytes!.Value.ToArray()));
        Assert.All(tokens, one => Assert.Equal(-0.5f, one.LogProbability));
        Assert.All(tokens, one => Assert.Equal(("likelier", -0.25f), Only(one.TopLogProbabilities)));
    }

    private static (string Token, float Value) Only(IReadOnlyList<ChatTokenTopLogProbabilityDetails> top) =>
        (top.Single().Token, top.Single().LogProbability);

    private static async Task<(string Text, List<ChatTokenLogProbabilityDetails> Tokens)> Read(
        ChatClient chat, ChatCompletionOptions options)
    {
        var (text, tokens) = (string.Empty, new List<ChatTokenLogProbabilityDetails>());

        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Hey")], options, Cancel))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            tokens.AddRange(update.ContentTokenLogProbabilities);
        }

        return (text, tokens);
    }

    private static TokenMessage Made(int id, string text, byte[] bytes) =>
        new(id, text, [new(id, bytes, -0.5f), new(99, "likelier"u8.ToArray(), -0.25f)]);
}
