using System.Net;

namespace Marketplace.Api.Tests.Payouts;

/// <summary>What providers and administrators say about payouts over HTTP; paying itself is tested with the lanes.</summary>
public sealed class PayoutTests(TestMarket market)
{
    [Fact]
    public async Task A_schedule_is_set_shown_and_taken_away()
    {
        var provider = await Provider();
        Assert.Equal("none", (await provider.Get("/v1/provider/payout-schedule")).Text("cadence"));

        var set = await provider.Put(
            "/v1/provider/payout-schedule", new { cadence = "weekly", day = "friday", hourUtc = 6, minimum = "10" });
        var shown = await provider.Get("/v1/provider/payout-schedule");
        var off = await provider.Put("/v1/provider/payout-schedule", new { cadence = "none" });

        Assert.Equal(("weekly", "friday", "10.000000"), (set.Text("cadence"), set.Text("day"), set.Text("minimum")));
        Assert.Equal(set.GetRawText(), shown.GetRawText());
        Assert.Equal(DayOfWeek.Friday, set.At("nextAt").GetDateTimeOffset().DayOfWeek);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, off.At("nextAt").ValueKind);
    }

    [Theory]
    [InlineData("""{"cadence":"hourly"}""", "cadence")]
    [InlineData("""{"cadence":"1"}""", "cadence")]
    [InlineData("""{"cadence":"daily","hourUtc":24}""", "hourUtc")]
    [InlineData("""{"cadence":"weekly","day":"someday"}""", "day")]
    [InlineData("""{"cadence":"daily","minimum":"-1"}""", "minimum")]
    public async Task A_schedule_that_cannot_be_kept_is_refused_with_the_field(string body, string field)
    {
        var provider = await Provider();

        var (status, problem) = await provider.Refused(HttpMethod.Put, "/v1/provider/payout-schedule", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.Fields());
    }

    [Theory]
    [InlineData("""{"amount":"0"}""", "amount")]
    [InlineData("""{"amount":"5","speed":"now"}""", "speed")]
    public async Task A_payout_that_makes_no_sense_is_refused_with_the_field(string body, string field)
    {
        var provider = await Provider();

        var (status, problem) = await provider.Refused(HttpMethod.Post, "/v1/provider/payouts", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], problem.Fields());
    }

    [Fact]
    public async Task The_ladder_is_posted()
    {
        var terms = await (await Provider()).Get("/v1/provider/payout-terms");

        Assert.Equal("10000.000000", terms.Text("dailyFloat"));
        Assert.Equal(50, terms.At("ladder")[0].At("feeBasisPoints").GetInt32());
    }

    [Fact]
    public async Task Who_earned_nothing_gets_no_advance()
    {
        var provider = await Provider();

        var offer = await provider.Get("/v1/provider/advances/offer");
        var (status, problem) = await provider.Refused(
            HttpMethod.Post, "/v1/provider/advances", new { amount = "1.000000" });

        Assert.Equal("0.000000", offer.Text("limit"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "advance-too-large"), (status, problem.Text("code")));
        Assert.Equal(0, (await provider.Get("/v1/provider/advances")).At("data").GetArrayLength());
    }

    [Fact]
    public async Task Suspense_is_for_administrators_and_knows_what_is_in_it()
    {
        var provider = await Provider();
        var body = new { account = provider.Account, reason = "the customer named it" };

        var (refused, _) = await provider.Refused(HttpMethod.Get, "/v1/admin/suspense");
        var (unknown, _) = await market.Admin.Refused(HttpMethod.Post, "/v1/admin/suspense/no-such/match", body);

        Assert.Equal(HttpStatusCode.Forbidden, refused);
        Assert.Equal(HttpStatusCode.NotFound, unknown);
        Assert.Equal(0, (await market.Admin.Get("/v1/admin/suspense")).GetArrayLength());
    }

    private async Task<MarketClient> Provider()
    {
        var account = await market.NewAccount("provider");
        await account.Post("/v1/provider", new { name = "Basement Rigs" });
        return account;
    }
}
