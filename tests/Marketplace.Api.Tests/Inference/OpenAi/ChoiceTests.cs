using System.Net;
using System.Text.Json.Nodes;
using Marketplace.Agent.Protocol;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Answers of several texts: each is a job of its own, told under its number.</summary>
public sealed class ChoiceTests(TestMarket market)
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_prompt_is_gone_on_with_as_often_as_asked_by_seeds_that_follow_each_other()
    {
        const string Region = "ch-whole";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();

        var asked = Send(renter, Completions, await Order(Region, prompt: new JsonArray("Once", "Twice"), n: 2));
        var orders = await Lease(rig, 4);
        Assert.Equal(
            [("Once", 7ul), ("Once", 8ul), ("Twice", 7ul), ("Twice", 8ul)],
            orders.Select(order => (order.Text!.Prompt, order.Text.Seed)).Order());

        foreach (var order in orders)
        {
            await rig.DeliverText(order, Name(order));
        }

        using var answer = await asked;
        var body = await Read(answer);
        Assert.Equal(
            ["0:Once 7", "1:Once 8", "2:Twice 7", "3:Twice 8"],
            body["choices"]!.AsArray().Select(choice => $"{choice!["index"]}:{choice["text"]}"),
            StringComparer.Ordinal);

        // Every text is a job with its charge: the usage is what they are billed together.
        Assert.Equal((12, 4), ((int)body["usage"]!["prompt_tokens"]!, (int)body["usage"]!["completion_tokens"]!));
        var texts = body["marketplace"]!["texts"]!.AsArray();
        var jobs = texts.Select(text => (string)text!["job"]!).ToArray();
        Assert.Equal(orders.Select(order => order.Work).Order(StringComparer.Ordinal), jobs.Order(StringComparer.Ordinal));
        Assert.Equal(string.Join(", ", jobs), answer.Headers.GetValues("x-job-id").Single());
        Assert.Equal(4, texts.Select(text => (string)text!["receipt"]!).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("unchecked, unchecked, unchecked, unchecked", answer.Headers.GetValues("x-verification").Single());
        var first = await renter.Get($"/v1/jobs/{jobs[0]}");
        Assert.Equal($"cmpl-{jobs[0]["job_".Length..]}", (string)body["id"]!);
        Assert.Equal(("Once", 7ul), (first.Text("prompt"), first.At("seed").GetUInt64()));
    }

    [Fact]
    public async Task The_same_key_names_the_same_texts_and_another_number_of_them_is_another_request()
    {
        const string Region = "ch-key";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(Region, n: 2, seed: null);

        var asked = Send(renter, Chat, order, "ch-key");
        var orders = await Lease(rig, 2);
        Assert.NotEqual(orders[0].Text!.Seed, orders[1].Text!.Seed);

        foreach (var one in orders)
        {
            await rig.DeliverText(one, Name(one));
        }

        using var first = await asked;
        using var again = await Send(renter, Chat, order, "ch-key");
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));

        order["n"] = 3;
        using var more = await Send(renter, Chat, order, "ch-key");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, more.StatusCode);
        order["n"] = 1;
        using var fewer = await Send(renter, Chat, order, "ch-key");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, fewer.StatusCode);
    }

    [Fact]
    public async Task A_stream_tells_each_text_under_its_number_as_it_comes()
    {
        const string Region = "ch-stream";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(Region, n: 2);
        (order["stream"], order["stream_options"]) = (true, new JsonObject { ["include_usage"] = true });

        var asked = Send(renter, Chat, order);
        var orders = (await Lease(rig, 2)).OrderBy(one => one.Text!.Seed).ToArray();

        // The second is whole before the first has its second token.
        await rig.SendTokens(orders[0], 0, "a");
        await rig.DeliverText(orders[1], "x", "y");
        await rig.DeliverText(orders[0], "a", "b");
        using var answer = await asked;
        var events = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n')
            .Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => line["data: ".Length..])
            .ToArray();
        var chunks = events.Where(data => data != "[DONE]").Select(data => JsonNode.Parse(data)!).ToArray();

        Assert.Equal("[DONE]", events[^1]);
        Assert.Single(events, data => data == "[DONE]");
        Assert.Single(chunks.Select(chunk => (string)chunk["id"]!).Distinct(StringComparer.Ordinal));
        Assert.Equal(("ab", "xy"), (TextOf(chunks, 0), TextOf(chunks, 1)));

        foreach (var (one, index) in orders.Select((one, index) => (one, index)))
        {
            var own = chunks.Where(chunk => IndexOf(chunk) == index).ToArray();
            Assert.Equal("assistant", (string)own[0]["choices"]![0]!["delta"]!["role"]!);
            Assert.Equal("length", (string)own[^1]["choices"]![0]!["finish_reason"]!);
            Assert.Equal(one.Work, (string)own[^1]["marketplace"]!["job"]!);
        }

        var usage = Assert.Single(chunks, chunk => chunk["choices"]!.AsArray().Count == 0)["usage"]!;
        Assert.Equal((6, 4), ((int)usage["prompt_tokens"]!, (int)usage["completion_tokens"]!));
    }

    [Theory]
    [InlineData("ch-fail1", false)]
    [InlineData("ch-fail2", true)]
    public async Task One_text_that_comes_to_nothing_ends_the_others(string region, bool stream)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(region, n: 2);
        order["stream"] = stream;

        var asked = Send(renter, Chat, order);
        var orders = await Lease(rig, 2);
        await rig.SendTokens(orders[1], 0, "a");
        await renter.Delete($"/v1/jobs/{orders[0].Work}");
        using var answer = await asked;

        Assert.Contains("\"error\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        var other = await renter.UntilState($"/v1/jobs/{orders[1].Work}", "cancelled");
        Assert.Equal(1, other.At("outputTokens").GetInt32());
    }

    [Fact]
    public async Task Without_money_for_all_texts_none_is_begun()
    {
        const string Region = "ch-money";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(Region, n: 16);

        // One of them could be paid for.
        order["marketplace"]!["maxPrice"] =
            new JsonObject { ["promptTokens"] = "900000.000000", ["outputTokens"] = "1000.000000" };
        using var answer = await Send(renter, Completions, order);

        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Empty((await renter.Get("/v1/jobs")).At("data").EnumerateArray());
    }

    [Fact]
    public async Task Of_more_texts_than_are_wanted_those_of_the_likeliest_tokens_are_shown_and_all_are_billed()
    {
        const string Region = "ch-best";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(Region, n: 2);
        order["best_of"] = 3;

        var asked = Send(renter, Completions, order);

        foreach (var one in await Lease(rig, 3))
        {
            Assert.Equal(0, one.Text!.Logprobs);
            var logprob = one.Text.Seed switch { 7 => -3f, 8 => -0.5f, _ => -1f };
            var made = new TokenMessage(1, Name(one), [new(1, "x"u8.ToArray(), logprob)]);
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverMade(one, "length", made));
        }

        using var answer = await asked;
        var body = await Read(answer);
        Assert.Equal(
            ["0:Once 8", "1:Once 9"],
            body["choices"]!.AsArray().Select(choice => $"{choice!["index"]}:{choice["text"]}"),
            StringComparer.Ordinal);
        Assert.Null(body["choices"]![0]!["logprobs"]);
        Assert.Equal(3, (int)body["usage"]!["completion_tokens"]!);
        Assert.Equal(3, body["marketplace"]!["texts"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("ch-echo1", false)]
    [InlineData("ch-echo2", true)]
    public async Task The_prompt_stands_before_the_text_where_it_is_wanted(string region, bool stream)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = await Order(region);
        (order["echo"], order["stream"]) = (true, stream);

        var asked = Send(renter, Completions, order);
        await rig.DeliverText((await Lease(rig, 1))[0], " upon", " a");
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync(Cancel);

        if (stream)
        {
            text = string.Concat(text.Split('\n')
                .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
                .Select(line => (string)JsonNode.Parse(line["data: ".Length..])!["choices"]![0]!["text"]!));
        }
        else
        {
            text = (string)JsonNode.Parse(text)!["choices"]![0]!["text"]!;
        }

        Assert.Equal("Once upon a", text);
    }

    [Theory]
    [InlineData("ch-cached1", 2, 2)]
    [InlineData("ch-cached2", 9, 3)]
    [InlineData("ch-cached3", -1, 0)]
    public async Task What_a_device_says_it_had_read_is_told_and_is_at_most_the_prompt(
        string region, int claimed, int told)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();

        var asked = Send(renter, Chat, await Order(region));
        var order = (await Lease(rig, 1))[0];
        await rig.DeliverCached(order, claimed, " upon");
        using var answer = await asked;

        var usage = (await Read(answer))["usage"]!;
        Assert.Equal((3, told), ((int)usage["prompt_tokens"]!, (int)usage["prompt_tokens_details"]!["cached_tokens"]!));
    }

    private static string Name(WorkOrderMessage order) => $"{order.Text!.Prompt} {order.Text.Seed}";

    private static int? IndexOf(JsonNode chunk) =>
        chunk["choices"]!.AsArray() is [{ } choice] ? (int)choice["index"]! : null;

    private static string TextOf(IEnumerable<JsonNode> chunks, int index) => string.Concat(chunks
        .Where(chunk => IndexOf(chunk) == index)
        .Select(chunk => (string?)chunk["choices"]![0]!["delta"]!["content"]));

    private static async Task<List<WorkOrderMessage>> Lease(TestRig rig, int count)
    {
        var orders = new List<WorkOrderMessage>();

        while (orders.Count < count)
        {
            orders.Add(await rig.LeaseSome());
        }

        return orders;
    }

    private static async Task<JsonNode> Read(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;

    private async Task<JsonObject> Order(string region, JsonNode? prompt = null, int? n = null, long? seed = 7) => new()
    {
        ["model"] = await Jobs.Model(market),
        ["prompt"] = prompt ?? "Once",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hey" }),
        ["max_tokens"] = 2,
        ["n"] = n,
        ["seed"] = seed,
        ["marketplace"] = new JsonObject { ["region"] = region },
    };

    private static async Task<HttpResponseMessage> Send(
        MarketClient renter, string route, JsonObject order, string? key = null)
    {
        using var content = new StringContent(order.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        return await renter.Send(HttpMethod.Post, route, content, key);
    }
}
