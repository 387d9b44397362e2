using System.Net;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Inference.OpenAi;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Tests.Inference;

public sealed class JobTests(TestMarket market)
{
    [Fact]
    public async Task A_job_runs_on_an_agent_and_is_charged_once()
    {
        var (provider, rig) = await TestRig.Start(market, "a-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);

        var job = await renter.Post("/v1/jobs", Jobs.Order(model, "a-one"));
        Assert.Equal("queued", job.Text("state"));
        var order = await rig.LeaseSome();
        Assert.Equal(job.Text("id"), order.Work);
        Assert.Equal("Once", order.Text!.Prompt);
        Assert.Equal(DeliverReply.Accepted, await rig.SendTokens(order, 0, " upon", " a"));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, " upon", " a", " time", "."));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, " upon", " a", " time", "."));

        var done = await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        Assert.Equal(" upon a time.", done.Text("text"));
        Assert.Equal(4, done.At("outputTokens").GetInt32());
        Assert.Equal(rig.Device, done.Text("device"));
        var receipt = await renter.Get($"/v1/receipts/{done.Text("receipt")}");
        Assert.Equal(order.Work, receipt.Text("work"));
        var earned = await provider.Get("/v1/provider/earnings");
        Assert.True(Usdc.Parse(earned.Text("payable")) > Usdc.Zero);
    }

    /// <summary>The bill is the floor of the total: nothing is posted, so that there is nothing to sign a receipt for.</summary>
    [Fact]
    public async Task Work_of_less_than_a_millionth_is_given_for_nothing_and_has_no_receipt()
    {
        var (provider, rig) = await TestRig.Start(market, "a-dust");
        await using var _ = rig;
        await provider.Put(
            $"/v1/provider/devices/{rig.Device}/ask",
            new { promptTokens = "0.1", outputTokens = "0.1", megasample = "0.05" });
        var renter = await market.NewRenter();

        await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "a-dust"));
        var order = await rig.LeaseSome();
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, " upon", " a", " time", "."));

        // Three tokens of the prompt and four of the text at a tenth of a millionth each.
        var done = await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        Assert.Equal(" upon a time.", done.Text("text"));
        Assert.Equal("0.000000", done.Text("charged"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, done.At("receipt").ValueKind);
        var balance = await renter.Get("/v1/balance");
        Assert.Equal(("10.000000", "0.000000"), (balance.Text("promo"), balance.Text("reserved")));
        Assert.Equal("0.000000", (await provider.Get("/v1/provider/earnings")).Text("payable"));
    }

    /// <summary>Clients ask for next to nothing where they mean greedy.</summary>
    [Theory]
    [InlineData("cold-one", "/v1/jobs", 1e-308, 0)]
    [InlineData("cold-two", "/v1/completions", double.Epsilon, 0)]
    [InlineData("cold-three", "/v1/chat/completions", 0.0009, 0)]
    [InlineData("cold-four", "/v1/jobs", 0.001, 0.001)]
    public async Task A_temperature_below_the_least_is_greedy(
        string region, string path, double temperature, double drawn)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var (renter, model) = (await market.NewRenter(), await Jobs.Model(market));
        object body = path switch
        {
            "/v1/jobs" => new { model, prompt = "Once", maxTokens = 1, temperature, region },
            "/v1/completions" => new { model, prompt = "Once", temperature, marketplace = new { region } },
            _ => new { model, messages = new[] { new { role = "user", content = "Hey" } }, temperature, marketplace = new { region } },
        };

        var asked = renter.Post(path, body);
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon");
        await asked;

        Assert.Equal(drawn, order.Text!.Temperature);
        Assert.Equal(drawn, (await renter.Get($"/v1/jobs/{order.Work}")).At("temperature").GetDouble());
    }

    [Fact]
    public async Task A_renter_names_the_providers_that_it_wants_or_leaves_out()
    {
        var (one, first) = await TestRig.Start(market, "a-choice");
        await using var _ = first;
        var (two, second) = await TestRig.Start(market, "a-choice");
        await using var __ = second;
        var (renter, model) = (await market.NewRenter(), await Jobs.Model(market));
        var (left, wanted) = ((await one.Get("/v1/provider")).Text("id"), (await two.Get("/v1/provider")).Text("id"));

        object[] choices = [new { only = new[] { wanted } }, new { ignore = new[] { left } }];

        foreach (var providers in choices)
        {
            var job = await renter.Post(
                "/v1/jobs", new { model, prompt = "Once", maxTokens = 1, region = "a-choice", providers });
            Assert.Null(await first.Lease());
            var order = await second.LeaseSome();
            Assert.Equal(job.Text("id"), order.Work);
            await second.DeliverText(order, " upon");
            await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        }

        var (status, problem) = await renter.Refused(
            HttpMethod.Post,
            "/v1/jobs",
            new { model, prompt = "Once", maxTokens = 1, region = "a-choice", providers = new { ignore = new[] { left, wanted } } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("provider", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_without_money_is_refused_with_the_amounts()
    {
        var (_, rig) = await TestRig.Start(market, "a-two");
        await using var _ = rig;
        var renter = await market.NewAccount("renter");
        var model = await Jobs.Model(market);

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", Jobs.Order(model, "a-two"));

        Assert.Equal(HttpStatusCode.PaymentRequired, status);
        Assert.Equal("balance-exhausted", problem.Text("code"));
        Assert.Equal("0.000000", problem.Text("available"));
        Assert.True(Usdc.Parse(problem.Text("needed")) > Usdc.Zero);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_is_the_same_job_and_another_body_is_refused()
    {
        var (_, rig) = await TestRig.Start(market, "a-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);

        var first = await renter.Post("/v1/jobs", Jobs.Order(model, "a-three"), "order-1");
        var second = await renter.Post("/v1/jobs", Jobs.Order(model, "a-three"), "order-1");
        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/jobs", Jobs.Order(model, "a-three", maxTokens: 5), "order-1");

        Assert.Equal(first.Text("id"), second.Text("id"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("idempotency-key-reused", problem.Text("code"));
        Assert.Equal(first.Text("reserved"), (await renter.Get("/v1/balance")).Text("reserved"));
    }

    [Fact]
    public async Task The_same_key_of_another_account_is_another_key()
    {
        var (_, rig) = await TestRig.Start(market, "a-four");
        await using var _ = rig;
        var model = await Jobs.Model(market);
        var one = await market.NewRenter();
        var other = await market.NewRenter();

        var first = await one.Post("/v1/jobs", Jobs.Order(model, "a-four"), "same");
        var second = await other.Post("/v1/jobs", Jobs.Order(model, "a-four"), "same");

        Assert.NotEqual(first.Text("id"), second.Text("id"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Somebody_elses_job_is_not_there()
    {
        var (_, rig) = await TestRig.Start(market, "a-five");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var other = await market.NewAccount("renter");
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "a-five"));
        var path = $"/v1/jobs/{job.Text("id")}";

        foreach (var (method, address) in new[]
        {
            (HttpMethod.Get, path), (HttpMethod.Delete, path), (HttpMethod.Get, path + "/events"),
        })
        {
            var (status, problem) = await other.Refused(method, address);
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal("not-found", problem.Text("code"));
        }

        Assert.Equal(0, (await other.Get("/v1/jobs")).At("data").GetArrayLength());
    }

    [Theory]
    [InlineData("job_00000000000000000000000000")]
    [InlineData("rnd_00000000000000000000000000")]
    [InlineData("job_")]
    [InlineData("nonsense")]
    public async Task A_job_that_never_was_is_not_there(string id)
    {
        var renter = await market.NewAccount("renter");

        var (status, _) = await renter.Refused(HttpMethod.Get, $"/v1/jobs/{id}");

        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task A_model_that_is_not_in_the_catalogue_is_refused()
    {
        var renter = await market.NewRenter();

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/jobs", Jobs.Order("no-such-model", "eu"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("model-unknown", problem.Text("code"));
    }

    [Fact]
    public async Task A_prompt_that_leaves_no_room_is_refused_with_both_numbers_before_anything_is_looked_for()
    {
        var (renter, model) = (await market.NewRenter(), await TinyModel.Register(market));
        var (tooLong, rest) = (new string('x', 2_000), new { maxTokens = 1, region = "a-room" });

        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/jobs", new { model = model.Name, prompt = tooLong, rest.maxTokens, rest.region });
        var (_, other) = await renter.Refused(
            HttpMethod.Post, "/v1/jobs", new { model = model.Name, prompt = "x", rest.maxTokens, rest.region });

        Assert.Equal((HttpStatusCode.BadRequest, "context-length-exceeded"), (status, problem.Text("code")));
        Assert.Contains(
            $"holds {model.Context} tokens, and prompt make {model.Tokens(tooLong)}.", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("unsatisfiable", other.Text("code"));
    }

    [Fact]
    public async Task A_prompt_has_a_size_that_is_told()
    {
        var (renter, model) = (await market.NewRenter(), await Jobs.Model(market));

        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/jobs", new { model, prompt = new string('x', (512 * 1024) + 1), maxTokens = 1 });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("has 524289 bytes, allowed are 524288", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_job_gives_its_money_back()
    {
        var (_, rig) = await TestRig.Start(market, "a-six");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "a-six"));

        var cancelled = await renter.Delete($"/v1/jobs/{job.Text("id")}");

        Assert.Equal("cancelled", cancelled.Text("state"));
        Assert.Equal("0.000000", (await renter.Get("/v1/balance")).Text("reserved"));
    }

    [Fact]
    public async Task A_list_runs_in_pages_from_the_newest()
    {
        var (_, rig) = await TestRig.Start(market, "a-seven");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        var made = new List<string>();

        for (var count = 0; count < 5; count++)
        {
            made.Add((await renter.Post("/v1/jobs", Jobs.Order(model, "a-seven"))).Text("id"));
        }

        var seen = new List<string>();
        var path = "/v1/jobs?limit=2";

        for (var pages = 1; path.Length > 0 && pages <= 5; pages++)
        {
            using var answer = await renter.Send(HttpMethod.Get, path);
            var page = await renter.Get(path);
            seen.AddRange(page.At("data").EnumerateArray().Select(job => job.Text("id")));
            path = page.At("hasMore").GetBoolean() ? answer.Headers.GetValues("Link").Single().Split('<', '>')[1] : string.Empty;
        }

        made.Reverse();
        Assert.Equal(made, seen);
    }
}
