using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Api.Tests.Inference;
using Marketplace.Domain.Webhooks;
using Marketplace.Ledger.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks.Diagnostics;

namespace Marketplace.Api.Tests.Webhooks;

public sealed class WebhookTests(TestMarket market)
{
    private static readonly string[] JobEnds = ["job.succeeded", "job.cancelled"];

    [Fact]
    public async Task A_renter_is_told_of_a_job_over_http_and_checks_it_by_another_library()
    {
        await using var receiver = await HookReceiver.Start();
        var (provider, rig) = await TestRig.Start(market, "a-hook");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var made = await Make(renter, receiver.Url, JobEnds);
        var hook = made.Text("webhook.id");
        var model = await Jobs.Model(market);

        await renter.Post("/v1/jobs", Jobs.Order(model, "a-hook"));
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon", " a");
        var told = (await receiver.Until(1))[0];

        told.VerifyBy(made.Text("secret"));
        Assert.Throws<WebhookVerificationException>(
            () => (told with { Body = told.Body + " " }).VerifyBy(made.Text("secret")));
        Assert.Equal(("job.succeeded", order.Work), (told.Json.Text("type"), told.Json.Text("data.id")));
        var job = await renter.Get(told.Json.Text("data.link"));
        Assert.Equal(told.Json.Text("data.state"), job.Text("state"));

        var list = await renter.UntilView(
            $"/v1/webhooks/{hook}/deliveries", view => view.At("data")[0].Text("state") == "delivered", "delivered");
        var delivery = list.At("data")[0];
        Assert.Equal((1, 204), (delivery.At("attempts").GetInt32(), delivery.At("responseCode").GetInt32()));
        Assert.Equal(told.Json.Text("id"), delivery.Text("id"));
        Assert.Equal(told.Body, delivery.At("payload").GetRawText());

        await renter.Post($"/v1/webhooks/{hook}/deliveries/{delivery.Text("id")}/redeliver", new { });
        Assert.Equal(told.Body, (await receiver.Until(2))[1].Body);
        await provider.Get("/v1/provider/earnings");
    }

    [Fact]
    public async Task A_test_a_new_secret_and_off_and_on()
    {
        await using var receiver = await HookReceiver.Start();
        var renter = await market.NewRenter();
        var made = await Make(renter, receiver.Url, JobEnds);
        var path = $"/v1/webhooks/{made.Text("webhook.id")}";

        await renter.Post($"{path}/test", new { });
        Assert.Equal("webhook.test", (await receiver.Until(1))[0].Json.Text("type"));
        var rotated = await renter.Post($"{path}/rotate", new { });
        await renter.Post($"{path}/test", new { });
        var second = (await receiver.Until(2))[1];
        Assert.Null(second.WhyNot(made.Text("secret")));
        Assert.Null(second.WhyNot(rotated.Text("secret")));
        Assert.NotEqual(JsonValueKind.Null, rotated.At("webhook.oldSecretUntil").ValueKind);
        var (status, problem) = await renter.Refused(HttpMethod.Post, $"{path}/rotate");
        Assert.Equal((HttpStatusCode.Conflict, "secret-rotating"), (status, problem.Text("code")));
        Assert.Equal(rotated.Text("webhook.oldSecretUntil"), problem.Text("until"));

        var off = await Patch(renter, path, new { enabled = false, description = "later" });
        Assert.Equal(("paused", "later"), (off.Text("state"), off.Text("description")));
        (status, problem) = await renter.Refused(HttpMethod.Post, $"{path}/test");
        Assert.Equal((HttpStatusCode.Conflict, "webhook-off"), (status, problem.Text("code")));
        var on = await Patch(renter, path, new { enabled = true, events = new[] { "render.failed" } });
        Assert.Equal("enabled", on.Text("state"));
        Assert.Equal("render.failed", on.At("events")[0].GetString());

        await renter.Delete(path);
        Assert.Equal(HttpStatusCode.NotFound, (await renter.Refused(HttpMethod.Get, path)).Status);
        Assert.Empty((await renter.Get("/v1/webhooks")).At("data").EnumerateArray());
    }

    [Fact]
    public async Task The_secret_is_shown_once_and_a_repeat_names_the_same_webhook()
    {
        var renter = await market.NewRenter();
        var body = new { url = "https://example.com/", events = JobEnds };
        var first = await renter.Post("/v1/webhooks", body, "one");
        var again = await renter.Post("/v1/webhooks", body, "one");

        Assert.StartsWith("whsec_", first.Text("secret"), StringComparison.Ordinal);
        Assert.Equal(first.Text("webhook.id"), again.Text("webhook.id"));
        Assert.Equal(JsonValueKind.Null, again.At("secret").ValueKind);
        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/webhooks", new { url = "https://example.com/x", events = JobEnds }, "one");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (status, problem.Text("code")));
    }

    [Theory]
    [InlineData("ftp://example.com/", "job.failed", "url")]
    [InlineData("https://a:b@example.com/", "job.failed", "url")]
    [InlineData("https://example.com/", "job.exploded", "events")]
    [InlineData("https://example.com/", "webhook.test", "events")]
    [InlineData("https://example.com/", "", "events")]
    public async Task What_is_wrong_is_told_by_its_field(string url, string type, string field)
    {
        var renter = await market.NewRenter();
        string[] events = type.Length == 0 ? [] : [type];
        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/webhooks", new { url, events });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.Fields());
    }

    [Fact]
    public async Task A_key_is_told_only_of_what_it_may_see_and_others_webhooks_are_not_there()
    {
        var renter = await market.NewRenter();
        var payouts = new { url = "https://example.com/", events = new[] { "payout.posted" } };
        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/webhooks", payouts);
        Assert.Equal((HttpStatusCode.Forbidden, "scope-missing"), (status, problem.Text("code")));

        var provider = await market.NewAccount("provider");
        (status, problem) = await provider.Refused(HttpMethod.Post, "/v1/webhooks", payouts);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not-a-provider"), (status, problem.Text("code")));
        await provider.Post("/v1/provider", new { name = "Rigs" });
        var made = await provider.Post("/v1/webhooks", payouts);
        var path = $"/v1/webhooks/{made.Text("webhook.id")}";

        foreach (var (method, address, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, path, null),
            (HttpMethod.Patch, path, new { enabled = false }),
            (HttpMethod.Delete, path, null),
            (HttpMethod.Post, $"{path}/rotate", null),
            (HttpMethod.Post, $"{path}/test", null),
            (HttpMethod.Get, $"{path}/deliveries", null),
            (HttpMethod.Post, $"{path}/deliveries/evt_{new string('0', 26)}/redeliver", null),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await renter.Refused(method, address, body)).Status);
        }

        var admin = await market.NewAccount("finance");
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.Refused(HttpMethod.Get, "/v1/webhooks")).Status);
    }

    [Fact]
    public async Task Deliveries_are_shown_and_sent_again_only_to_a_key_that_may_see_their_events()
    {
        await using var receiver = await HookReceiver.Start();
        var account = await market.NewAccount("renter", "provider");
        await account.Post("/v1/provider", new { name = "Rigs" });
        var issued = await account.Post("/v1/api-keys", new { name = "narrow", scopes = new[] { "renter" } });
        var narrow = market.Client(issued.Text("secret"));
        var hook = (await Make(account, receiver.Url, ["payout.posted"])).Text("webhook.id");
        var path = $"/v1/webhooks/{hook}";
        var told = EventId.From(Guid.NewGuid());
        await market.Services.GetRequiredService<DeliveryRows>().Queue(
            WebhookId.Parse(hook),
            new(told, account.Account, EventTypes.PayoutPosted, "pay_1", "posted", null),
            TestContext.Current.CancellationToken);
        await account.Post($"{path}/test", new { });
        await receiver.Until(2);

        foreach (var (method, address) in new[]
        {
            (HttpMethod.Get, $"{path}/deliveries"), (HttpMethod.Post, $"{path}/deliveries/{told}/redeliver"),
        })
        {
            var (status, problem) = await narrow.Refused(method, address);
            Assert.Equal((HttpStatusCode.Forbidden, "scope-missing"), (status, problem.Text("code")));
        }

        // What it was told of before stays out of sight, whatever it is told of now.
        await Patch(account, path, new { events = JobEnds });
        var seen = (await narrow.Get($"{path}/deliveries")).At("data");
        Assert.Equal("webhook.test", Assert.Single(seen.EnumerateArray()).Text("type"));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await narrow.Refused(HttpMethod.Post, $"{path}/deliveries/{told}/redeliver")).Status);
        await narrow.Post($"{path}/deliveries/{seen[0].Text("id")}/redeliver", new { });
        Assert.Equal(2, (await account.Get($"{path}/deliveries")).At("data").GetArrayLength());
        await account.Post($"{path}/deliveries/{told}/redeliver", new { });
    }

    private static Task<JsonElement> Make(MarketClient client, string url, string[] events) =>
        client.Post("/v1/webhooks", new { url, events, description = "a test" });

    private static async Task<JsonElement> Patch(MarketClient client, string path, object body)
    {
        using var answer = await client.Send(HttpMethod.Patch, path, JsonContent.Create(body));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
