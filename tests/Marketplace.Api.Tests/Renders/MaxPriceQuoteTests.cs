using System.Net;

namespace Marketplace.Api.Tests.Renders;

/// <summary>Caps on the bill of quoted renders. Not beside tests that have quotes end at once.</summary>
[Collection(nameof(QuoteTests))]
public sealed class MaxPriceQuoteTests(TestMarket market)
{
    [Fact]
    public async Task A_quote_tells_what_is_set_aside_and_a_cap_below_its_likely_cost_is_refused_with_the_numbers()
    {
        var (_, cheap) = await TestRig.Start(market, "mp-two", "0.01", 10_000);
        await using var _ = cheap;
        var (_, usual) = await TestRig.Start(market, "mp-two", "0.03", 20_000);
        await using var __ = usual;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);

        // 24,000 samples at 0.01 and 0.03 a million: P50 is 0.00024 or more, P90 0.00072.
        var quote = await renter.Post("/v1/renders/quote", MaxPriceTests.Order(scene, "mp-two", "0.0005"));
        Assert.Equal(("0.000500", "0.000500"), (quote.Text("reserve"), quote.Text("worst")));
        Assert.Equal("0.000720", quote.Text("cost.p90"));
        var render = await renter.Post("/v1/renders", MaxPriceTests.Order(scene, "mp-two", "0.0005", quote.Text("id")));
        Assert.Equal("0.000500", render.Text("reserved"));

        var low = await renter.Post("/v1/renders/quote", MaxPriceTests.Order(scene, "mp-two", "0.0002"));
        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/renders", MaxPriceTests.Order(scene, "mp-two", "0.0002", low.Text("id")));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["maxPriceUsdc"], problem.Fields());
        var why = problem.At("errors")[0].ToString();
        Assert.All(
            ["0.000200", low.Text("cost.p50"), low.Text("cost.p90")],
            amount => Assert.Contains(amount, why, StringComparison.Ordinal));

        var (_, other) = await renter.Refused(
            HttpMethod.Post, "/v1/renders", MaxPriceTests.Order(scene, "mp-two", "0.0006", quote.Text("id")));
        Assert.Equal(["maxPriceUsdc"], other.Fields());
        await renter.Delete($"/v1/renders/{render.Text("id")}");
    }
}
