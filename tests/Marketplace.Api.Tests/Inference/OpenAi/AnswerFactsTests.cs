using System.Net;
using System.Text.Json.Nodes;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>What stands behind an answer, and what an extension of ours does to it.</summary>
public sealed class AnswerFactsTests(TestMarket market)
{
    private const string Chat = "/v1/chat/completions";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Chat)]
    [InlineData("/v1/completions")]
    public async Task Headers_and_body_of_a_whole_answer_name_job_receipt_and_verdict(string route)
    {
        var region = $"fact-whole-{route.Length}";
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();

        var asked = Send(renter, route, Order(await Jobs.Model(market), region));
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon");
        using var answer = await asked;

        var receipt = answer.Headers.GetValues("x-receipt-id").Single();
        Assert.Equal(order.Work, answer.Headers.GetValues("x-job-id").Single());
        Assert.Equal("unchecked", answer.Headers.GetValues("x-verification").Single());
        var facts = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["marketplace"]!;
        Assert.Equal(
            (order.Work, receipt, "unchecked"),
            ((string)facts["job"]!, (string)facts["receipt"]!, (string)facts["verification"]!));
        Assert.Equal(order.Work, (await renter.Get($"/v1/receipts/{receipt}")).Text("work"));
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData("/v1/completions")]
    public async Task A_stream_names_them_where_its_text_ends(string route)
    {
        var region = $"fact-stream-{route.Length}";
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();

        var asked = Send(renter, route, Order(await Jobs.Model(market), region, stream: true));
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon", " a");
        using var answer = await asked;
        var chunks = (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n')
            .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line["data: ".Length..])!)
            .ToArray();

        Assert.Equal(order.Work, answer.Headers.GetValues("x-job-id").Single());
        var last = Assert.Single(chunks, chunk => chunk["marketplace"] is not null);
        Assert.Equal("length", (string)last["choices"]![0]!["finish_reason"]!);
        Assert.Equal(order.Work, (string)last["marketplace"]!["job"]!);
        Assert.Equal("unchecked", (string)last["marketplace"]!["verification"]!);
        var job = await renter.Get($"/v1/jobs/{order.Work}");
        Assert.Equal(job.Text("receipt"), (string)last["marketplace"]!["receipt"]!);
    }

    [Fact]
    public async Task A_request_without_a_seed_is_repeated_under_its_key()
    {
        const string Region = "fact-repeat";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var order = Order(await Jobs.Model(market), Region);

        var asked = Send(renter, Chat, order, "fact-key");
        var one = await rig.LeaseSome();
        await rig.DeliverText(one, " upon");
        using var first = await asked;
        using var again = await Send(renter, Chat, order, "fact-key");

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(
            await first.Content.ReadAsStringAsync(Cancel), await again.Content.ReadAsStringAsync(Cancel));

        // Another one draws otherwise.
        asked = Send(renter, Chat, order);
        var other = await rig.LeaseSome();
        await rig.DeliverText(other, " upon");
        using var third = await asked;
        Assert.NotEqual(one.Text!.Seed, other.Text!.Seed);
    }

    [Fact]
    public async Task A_price_cap_below_every_ask_finds_no_device_and_one_above_does()
    {
        const string Region = "fact-price";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        JsonObject Capped(string price)
        {
            var order = Order(model, Region);
            order["marketplace"]!["maxPrice"] = new JsonObject { ["promptTokens"] = price, ["outputTokens"] = price };
            return order;
        }

        using (var refused = await Send(renter, Chat, Capped("0.000001")))
        {
            var error = JsonNode.Parse(await refused.Content.ReadAsStringAsync(Cancel))!["error"]!;
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("price", (string)error["message"]!, StringComparison.Ordinal);
        }

        var asked = Send(renter, Chat, Capped("20.000000"));
        await rig.DeliverText(await rig.LeaseSome(), " upon");
        using var answer = await asked;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Providers_are_chosen_and_left_out()
    {
        const string Region = "fact-choice";
        var (one, left) = await TestRig.Start(market, Region);
        await using var _ = left;
        var (two, wanted) = await TestRig.Start(market, Region);
        await using var __ = wanted;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        var (no, yes) = ((await one.Get("/v1/provider")).Text("id"), (await two.Get("/v1/provider")).Text("id"));

        foreach (var (word, provider) in new[] { ("only", yes), ("ignore", no) })
        {
            var order = Order(model, Region);
            order["marketplace"]!["providers"] = new JsonObject { [word] = new JsonArray(provider) };
            var asked = Send(renter, Chat, order);
            Assert.Null(await left.Lease());
            await wanted.DeliverText(await wanted.LeaseSome(), " upon");
            using var answer = await asked;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static JsonObject Order(string model, string region, bool stream = false) => new()
    {
        ["model"] = model,
        ["prompt"] = "Once",
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "Hey" }),
        ["max_tokens"] = 2,
        ["stream"] = stream,
        ["marketplace"] = new JsonObject { ["region"] = region },
    };

    private static async Task<HttpResponseMessage> Send(
        MarketClient renter, string route, JsonObject order, string? key = null)
    {
        using var request = Request(route, order, key);
        return await renter.Http.SendAsync(request, Cancel);
    }

    private static HttpRequestMessage Request(string route, JsonObject order, string? key)
    {
        var content = new StringContent(order.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return request;
    }
}
