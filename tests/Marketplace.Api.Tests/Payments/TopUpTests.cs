using System.Net;
using System.Text.Json;
using Marketplace.StripeSim;

namespace Marketplace.Api.Tests.Payments;

/// <summary>From the request over the card to the balance and back, through HTTP alone.</summary>
public sealed class TopUpTests(TestMarket market)
{
    private static readonly Delivery Signed = new() { Secrets = [TestMarket.StripeSecret] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_card_payment_reaches_the_balance_by_its_event_and_goes_back_by_a_refund()
    {
        var renter = await market.NewLiveRenter();
        var opened = await renter.Post("/v1/top-ups", new { amount = "25.00" }, "top-1");
        var again = await renter.Post("/v1/top-ups", new { amount = "25.00" }, "top-1");
        var path = $"/v1/top-ups/{opened.Text("id")}";
        Assert.Equal(opened.Text("checkoutUrl"), again.Text("checkoutUrl"));

        var intent = Pay(opened.Text("checkoutUrl"));
        await Deliver("payment_intent.succeeded", intent);
        await Deliver("payment_intent.succeeded", intent);
        var paid = await renter.UntilState(path, "paid");
        Assert.Equal("25.00", paid.Text("received"));
        Assert.Equal("25.000000", (await renter.Get("/v1/balance")).Text("available"));

        var refund = await renter.Post($"{path}/refunds", new { amount = "10" }, "refund-1");
        Assert.Equal("succeeded", refund.Text("state"));
        Assert.Equal("15.000000", (await renter.Get("/v1/balance")).Text("available"));
        Assert.Equal("15.00", (await renter.Get(path)).Text("refundable"));
        Assert.Equal(
            opened.Text("id"),
            Assert.Single((await renter.Get("/v1/top-ups?state=paid")).At("data").EnumerateArray()).Text("id"));
        Assert.True((await market.Admin.Get("/v1/admin/trial-balance")).At("balanced").GetBoolean());
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_named_and_others_see_nothing_of_it()
    {
        var renter = await market.NewLiveRenter();
        var other = await market.NewLiveRenter();
        var opened = await renter.Post("/v1/top-ups", new { amount = "25.00", method = "paymentIntent" }, "top-1");
        var path = $"/v1/top-ups/{opened.Text("id")}";

        foreach (var amount in new[] { "0", "-5", "1.234", "1e3", "", "25,00" })
        {
            var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/top-ups", new { amount });
            Assert.Equal((HttpStatusCode.BadRequest, "amount"), (status, problem.Fields().Single()));
        }

        Assert.Equal("idempotency-key-reused", (await renter.Refused(
            HttpMethod.Post, "/v1/top-ups", new { amount = "26" }, "top-1")).Problem.Text("code"));
        Assert.Equal("top-up-limit", (await renter.Refused(
            HttpMethod.Post, "/v1/top-ups", new { amount = "75.01" })).Problem.Text("code"));
        Assert.Equal("top-up-out-of-bounds", (await renter.Refused(
            HttpMethod.Post, "/v1/top-ups", new { amount = "1" })).Problem.Text("code"));
        Assert.Equal("refund-above-rest", (await renter.Refused(
            HttpMethod.Post, $"{path}/refunds", new { amount = "1" })).Problem.Text("code"));
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Get, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(
            HttpMethod.Post, $"{path}/refunds", new { amount = "1" })).Status);
        Assert.Equal("test-account", (await (await market.NewAccount("renter")).Refused(
            HttpMethod.Post, "/v1/top-ups", new { amount = "25" })).Problem.Text("code"));
        Assert.NotEmpty(opened.Text("clientSecret"));
    }

    [Fact]
    public async Task A_forged_message_is_refused_and_a_large_one_too()
    {
        var renter = await market.NewLiveRenter();
        var opened = await renter.Post("/v1/top-ups", new { amount = "25.00" });
        var intent = Pay(opened.Text("checkoutUrl"));
        var told = Told("payment_intent.succeeded", intent);

        Assert.Equal(400, await market.Stripe.Deliver(
            renter.Http, Webhook, told, new() { Secrets = ["whsec_forged"] }, Cancel));
        Assert.Equal(400, await market.Stripe.Deliver(
            renter.Http, Webhook, told, Signed with { IsTampered = true }, Cancel));
        using var large = new ByteArrayContent(new byte[300 * 1024]);
        using var answer = await renter.Send(HttpMethod.Post, "/webhooks/stripe", large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("open", (await renter.Get($"/v1/top-ups/{opened.Text("id")}")).Text("state"));
    }

    [Fact]
    public async Task An_administrator_checks_a_payment_answers_a_dispute_and_compares_the_balance()
    {
        var renter = await market.NewLiveRenter();
        var opened = await renter.Post("/v1/top-ups", new { amount = "25.00" });
        var path = $"/v1/admin/top-ups/{opened.Text("id")}";
        var intent = Pay(opened.Text("checkoutUrl"));
        await market.Admin.Post($"{path}/check", new { reason = "customer asks" });
        Assert.Equal("25.000000", (await renter.Get("/v1/balance")).Text("available"));

        var dispute = market.Stripe.World.Dispute(intent);
        await market.Admin.Post($"{path}/check", new { reason = "bank asks" });
        var sent = await market.Admin.Post($"{path}/disputes/{dispute}/send-evidence", new { reason = "receipts are there" });
        var compared = await market.Admin.Post("/v1/admin/stripe/reconciliation", new { reason = "end of day" });

        Assert.Equal("0.000000", (await renter.Get("/v1/balance")).Text("available"));
        var shown = Assert.Single(sent.At("disputes").EnumerateArray());
        Assert.Equal(("sent", "underReview"), (shown.Text("evidence"), shown.Text("state")));
        Assert.Equal(
            compared.At("bookedMicroUsd").GetInt64() == compared.At("processorMicroUsd").GetInt64(),
            compared.At("agrees").GetBoolean());
        Assert.Equal(compared.Text("at"), (await market.Admin.Get("/v1/admin/stripe/reconciliation")).Text("at"));
        var log = await market.Admin.Get("/v1/admin/audit-log?limit=100");
        Assert.Contains(log.At("data").EnumerateArray(), line =>
            line.Text("subject") == dispute && line.Text("action") == "dispute.send-evidence");
    }

    [Fact]
    public async Task A_parked_event_is_listed_with_its_reason_and_can_be_tried_again()
    {
        var renter = await market.NewLiveRenter();
        var opened = await renter.Post("/v1/top-ups", new { amount = "25.00" });
        var intent = Pay(opened.Text("checkoutUrl"));
        var metadata = market.Stripe.World.Get(intent)["metadata"]!.DeepClone();
        market.Stripe.World.Set(intent, "metadata", new System.Text.Json.Nodes.JsonObject());
        var told = Told("payment_intent.succeeded", intent);

        await market.Stripe.Deliver(renter.Http, Webhook, told, Signed, Cancel);
        var parked = default(JsonElement);
        await market.Admin.Until(
            "/v1/admin/lists/stripe-events?state=parked&limit=100",
            answer =>
            {
                using var body = answer.Content.ReadAsStream(Cancel);
                parked = JsonDocument.Parse(body).RootElement.At("data").EnumerateArray()
                    .FirstOrDefault(line => line.Text("id") == told.Id);
                return parked.ValueKind == JsonValueKind.Object;
            },
            "the event is parked");
        market.Stripe.World.Set(intent, "metadata", metadata);
        await market.Admin.Post($"/v1/admin/stripe/events/{told.Id}/retry", new { reason = "metadata mended" });
        await renter.UntilState($"/v1/top-ups/{opened.Text("id")}", "paid");

        Assert.Contains("names no top-up", parked.Text("detail.why"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await market.Admin.Refused(
            HttpMethod.Post, "/v1/admin/stripe/events/evt_none/retry", new { reason = "none" })).Status);
    }

    private Uri Webhook => new(market.Url, "/webhooks/stripe");

    private string Pay(string url) => market.Stripe.World.Pay(url[(url.LastIndexOf('/') + 1)..]);

    private SimEvent Told(string type, string about) => market.Stripe.World.Events.Single(one =>
        one.Type == type && one.Json["data"]!["object"]!["id"]!.GetValue<string>() == about);

    private async Task Deliver(string type, string about) => Assert.Equal(200, await market.Stripe.Deliver(
        market.Admin.Http, Webhook, Told(type, about), Signed, Cancel));
}
