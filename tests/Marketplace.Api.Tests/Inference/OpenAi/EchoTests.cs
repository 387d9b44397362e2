using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Verification;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>
/// How likely the tokens of a prompt are, by rigs that commit to it over the real wire; every text of a new rig is
/// computed again by the host.
/// </summary>
public sealed class EchoTests(TestMarket market)
{
    private const string Route = "/v1/completions";

    private static readonly TextMachine True = new(seed: 1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ec-none", 0)]
    [InlineData("ec-one", 1)]
    public async Task A_scored_prompt_is_told_token_by_token_before_its_text_and_is_checked_and_paid(
        string region, int maxTokens)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        await rig.OfferPrompts();
        var (renter, model) = (await market.NewRenter(), await Model());

        // The host cuts a text into the tokens that are ordered; ids are ordered as they stand.
        var isText = maxTokens == 0;
        var body = Body(model, region, maxTokens);
        var asked = renter.Post(Route, isText ? body with { Prompt = "abc" } : body);
        var order = await rig.LeaseSome();
        var ids = order.Text!.PromptTokens!;
        Assert.Equal((true, 2, string.Empty, maxTokens), (order.Text.TellsPrompt, order.Text.Logprobs, order.Text.Prompt, order.Text.MaxTokens));
        var made = True.Make(order.Text);
        Assert.Equal(DeliverReply.Accepted, await rig.Commit(order, made, True.HeaderOf(order, rig.PublicKey)));

        var answer = await asked;
        var choice = answer.At("choices")[0];
        var told = choice.GetProperty("logprobs");
        var (tokens, own) = (told.GetProperty("tokens"), told.GetProperty("token_logprobs"));
        var text = isText ? "abc" : "ab w259z7a";
        Assert.StartsWith(text, choice.Text("text"), StringComparison.Ordinal);
        Assert.Equal("length", choice.Text("finish_reason"));
        Assert.EndsWith(
            text,
            string.Concat(tokens.EnumerateArray().Take(ids.Length).Select(one => one.GetString())),
            StringComparison.Ordinal);
        Assert.Equal(ids.Length + maxTokens, tokens.GetArrayLength());
        Assert.Equal(JsonValueKind.Null, own[0].ValueKind);
        Assert.Equal(JsonValueKind.Null, told.GetProperty("top_logprobs")[0].ValueKind);

        for (var at = 1; at < ids.Length; at++)
        {
            var claim = made.Claims[at - 1];
            Assert.Equal(claim.Top.First(one => one.Token == ids[at]).Value, own[at].GetDouble(), 1e-6);
            var top = told.GetProperty("top_logprobs")[at].EnumerateObject().Select(one => one.Value.GetDouble()).ToArray();
            Assert.Equal(claim.Top[0].Value, top.Max(), 1e-6);
            Assert.InRange(top.Length, 1, 2);
        }

        var offsets = told.GetProperty("text_offset").EnumerateArray().Select(one => one.GetInt32()).ToArray();
        Assert.Equal(0, offsets[0]);
        Assert.Equal(offsets.Order(), offsets);
        Assert.All(offsets.Index().Take(isText ? 0 : ids.Length), one => Assert.Equal(
            tokens[one.Index].GetString(), text.Substring(one.Item, tokens[one.Index].GetString()!.Length)));
        await AssertPaid(renter, order, answer, (ids.Length, maxTokens), made.Claims.Count);
    }

    private static async Task AssertPaid(
        MarketClient renter, WorkOrderMessage order, JsonElement answer, (int Prompt, int Made) used, int positions)
    {
        Assert.Equal(used, (answer.At("usage.prompt_tokens").GetInt32(), answer.At("usage.completion_tokens").GetInt32()));
        var job = await renter.Get($"/v1/jobs/{order.Work}");
        Assert.Equal(("passed", positions), (job.Text("verification.verdict"), job.At("verification.positions").GetInt32()));
        var receipt = await renter.Get($"/v1/receipts/{job.Text("receipt")}");
        Assert.Equal("passed", receipt.Text("verdict"));
        Assert.Equal(job.Text("verification.root"), receipt.At("results")[0].Text("logits"));
        Assert.Equal(used.Prompt, receipt.At("meter.promptTokens").GetInt32());

        // At 2 and 10 a million.
        Assert.Equal((used.Prompt * 2) + (used.Made * 10), Usdc.Parse(job.Text("charged")).Micros);
    }

    /// <summary>One number of one token, of those that are told and of those that are only checked.</summary>
    [Theory]
    [InlineData("ec-lie1", true, 0)]
    [InlineData("ec-lie2", false, 1)]
    public async Task A_rig_that_lies_about_a_prompts_token_is_found_out_and_earns_nothing(
        string region, bool isOwn, int maxTokens)
    {
        var (provider, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        await rig.OfferPrompts();
        var (renter, model) = (await market.NewRenter(), await Model());
        var asked = renter.Send(HttpMethod.Post, Route, JsonContent.Create(Body(model, region, maxTokens)));
        var order = await rig.LeaseSome();
        var honest = True.Make(order.Text!);
        var made = honest with
        {
            Claims = [.. honest.Claims.Select((one, at) => at != 2 ? one : Moved(one, isOwn, 0.01))],
        };
        await rig.Commit(order, made, True.HeaderOf(order, rig.PublicKey));

        using var refused = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var done = await renter.UntilState($"/v1/jobs/{order.Work}", "failed");
        Assert.Equal(LogitVerdict.OtherLogits, done.Text("verification.cause"));
        Assert.Equal("0.000000", done.Text("charged"));
        Assert.Equal("0.000000", (await provider.Get("/v1/provider/earnings")).Text("payable"));
        Assert.Equal(1, (await provider.Get($"/v1/provider/devices/{rig.Device}")).At("failedAudits").GetInt32());

        // Anybody can follow that, offline.
        var list = await provider.Get($"/v1/devices/{rig.Device}/findings");
        var file = await provider.Http.GetStringAsync(
            $"/v1/devices/{rig.Device}/findings/{list.At("data")[0].Text("id")}", Cancel);
        var keys = ReceiptKeys.Parse(await provider.Http.GetStringAsync("/v1/receipt-keys", Cancel));
        var holds = Assert.IsType<FindingVerdict.Holds>(new FindingCheck(keys, SignedReceipts.Verify).Verify(file));
        Assert.Equal((made.Claims.Count, LogitVerdict.OtherLogits), (holds.Tokens, holds.Cause));
        Assert.Equal(2, Assert.Single(holds.Measured).First);
    }

    [Fact]
    public async Task A_second_rig_that_finds_the_same_of_a_doubted_prompt_decides()
    {
        const string Region = "ec-two";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        await rig.OfferPrompts();
        var (renter, model) = (await market.NewRenter(), await Model());
        var asked = renter.Send(HttpMethod.Post, Route, JsonContent.Create(Body(model, Region, 3)));
        var order = await rig.LeaseSome();
        var (_, old) = await TestRig.Start(market, Region);
        await using var two = old;
        await old.OfferTokens();
        var honest = True.Make(order.Text!);
        var made = honest with { Claims = [Moved(honest.Claims[0], isOwn: true, -0.3), .. honest.Claims.Skip(1)] };
        await rig.Commit(order, made, True.HeaderOf(order, rig.PublicKey));
        Assert.Null(await old.Lease());

        var (_, other) = await TestRig.Start(market, Region);
        await using var three = other;
        await other.OfferPrompts();
        var audit = await other.LeaseSome();
        Assert.Equal(honest.Claims.Select(claim => claim.Token), audit.Audit!.Tokens);
        Assert.Equal(DeliverReply.Accepted, await other.DeliverAudit(audit, True.Measure(audit.Audit)));

        using var refused = await asked;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(
            LogitVerdict.OtherLogits,
            (await renter.UntilState($"/v1/jobs/{order.Work}", "failed")).Text("verification.cause"));
    }

    [Fact]
    public async Task A_delivery_that_keeps_silent_of_the_prompt_is_refused_and_another_rig_makes_the_whole_text()
    {
        const string Region = "ec-half";
        var (_, old) = await TestRig.Start(market, Region);
        await using var _ = old;
        await old.OfferTokens();
        var (_, rig) = await TestRig.Start(market, Region);
        await using var two = rig;
        await rig.OfferPrompts();
        var (renter, model) = (await market.NewRenter(), await Model());
        var asked = renter.Post(Route, Body(model, Region, 4));
        var order = await rig.LeaseSome();
        Assert.Null(await old.Lease());
        var made = True.Make(order.Text!);
        await rig.SendMade(order, 0, made.Tokens[0]);
        var silent = made with { Claims = [.. made.Claims.Skip(order.Text!.PromptTokens!.Length - 1)] };
        Assert.Equal(DeliverReply.Refused, await rig.Commit(order, silent, True.HeaderOf(order, rig.PublicKey)));

        // What the first one made is not gone on with: records of two rigs would not be of one text.
        var (_, next) = await TestRig.Start(market, Region);
        await using var three = next;
        await next.OfferPrompts();
        var again = await next.LeaseSome();
        Assert.Empty(again.Text!.Prefix);
        Assert.Equal(DeliverReply.Accepted, await next.Commit(again, made, True.HeaderOf(again, next.PublicKey)));

        var answer = await asked;
        Assert.Equal(made.Tokens.Count, answer.At("usage.completion_tokens").GetInt32());
        Assert.Equal("passed", answer.Text("marketplace.verification"));
    }

    [Fact]
    public async Task What_cannot_be_told_is_refused_by_its_field()
    {
        var (renter, model) = (await market.NewRenter(), await Model());
        var chat = await TinyModel.Register(market, "{{ messages[0].content }}");

        var error = await Refused(renter, Body(chat.Name, "ec-no", 0) with { Prompt = new string('!', 8_190) });
        Assert.Equal("context_length_exceeded", error.Text("code"));
        var huge = await TinyModel.RegisterLong(market, 20_000);
        error = await Refused(renter, Body(huge.Name, "ec-no", 0) with { Prompt = Enumerable.Repeat(70, 8_193).ToArray() });
        Assert.Equal("prompt", error.Text("param"));
        Assert.Contains("has 8193 tokens", error.Text("message"), StringComparison.Ordinal);
        Assert.Equal("max_tokens", (await Refused(renter, Body(model, "ec-no", 9_000))).Text("param"));
    }

    private static LogitClaim Moved(LogitClaim claim, bool isOwn, double by) => claim with
    {
        Top = [.. claim.Top.Select((one, at) => (isOwn ? one.Token == claim.Token : at == 4)
            ? new LogProbability(one.Token, one.Value + by)
            : one)],
    };

    private static Asked Body(string model, string region, int maxTokens) =>
        new(model, new[] { 1, 3 + 'a', 3 + 'b', 259, 3 + 'z', 3 + '7', 3 + 'a' }, maxTokens, new(region));

    private static async Task<JsonElement> Refused(MarketClient renter, Asked body)
    {
        using var answer = await renter.Send(HttpMethod.Post, Route, JsonContent.Create(body));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error");
    }

    private async Task<string> Model()
    {
        var name = $"ec-{Guid.NewGuid():n}";
        await market.Admin.Post("/v1/models", new { name, sha256 = await market.Admin.Upload(True.Bytes) });
        return name;
    }

    private sealed record Place(string Region);

    private sealed record Asked(
        string Model,
        object Prompt,
        [property: System.Text.Json.Serialization.JsonPropertyName("max_tokens")] int MaxTokens,
        Place Marketplace)
    {
        public bool Echo { get; } = true;

        public int Logprobs { get; } = 2;

        public double Temperature { get; } = 1;

        public int Seed { get; } = 5;
    }
}
