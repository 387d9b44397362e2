using System.Net;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Renders;

[Collection(nameof(QuoteTests))]
public sealed class QuoteTests(TestMarket market)
{
    [Fact]
    public async Task A_quoted_render_sets_its_p90_aside_and_is_charged_within_it()
    {
        var (_, cheap) = await TestRig.Start(market, "q-one", "0.01", 20_000);
        await using var _ = cheap;
        var (_, slower) = await TestRig.Start(market, "q-one", "0.01", 10_000);
        await using var __ = slower;
        var (_, dear) = await TestRig.Start(market, "q-one", "0.03", 10_000);
        await using var ___ = dear;
        var (_, dearest) = await TestRig.Start(market, "q-one", "0.04", 10);
        await using var ____ = dearest;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var quote = await renter.Post("/v1/renders/quote", Order(scene, "q-one"));

        // 24,000 samples. The device of a thousandth of the speed is left out.
        Assert.Equal(24_000, quote.At("pixelSamples").GetInt64());
        Assert.Equal(
            ("0.000240", "0.000240", "0.000720"),
            (quote.Text("cost.lowest"), quote.Text("cost.p50"), quote.Text("cost.p90")));
        Assert.Equal((4, 4, 4), (Count(quote, "listed"), Count(quote, "connected"), Count(quote, "measured")));
        Assert.True(string.CompareOrdinal(quote.Text("renderUnits.p50"), quote.Text("renderUnits.p90")) <= 0);
        Assert.True(quote.At("finish.p50").GetDouble() <= quote.At("finish.p90").GetDouble());
        Assert.Equal(quote.Text("id"), (await renter.Get($"/v1/renders/quotes/{quote.Text("id")}")).Text("id"));

        var render = await renter.Post("/v1/renders", Order(scene, "q-one", quote.Text("id")), "quoted");
        Assert.Equal("0.000720", render.Text("reserved"));
        Assert.Equal(quote.Text("id"), render.Text("quote"));
        Assert.Equal("0.030000", render.Text("maxPrice.megasample"));
        Assert.Null(await dearest.Lease());

        for (var units = render.At("units").GetInt32(); units > 0; units--)
        {
            var rig = units % 2 == 0 ? cheap : dear;
            var unit = await rig.LeaseSome();
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(unit, RenderTests.Sums(unit.Unit!)));
        }

        var done = await renter.UntilState($"/v1/renders/{render.Text("id")}", "succeeded");

        // Tiles of 128 x 60 and 72 x 60 pixels with two samples: 15,360 at 0.01 and 8,640 at 0.03 a million, floored.
        Assert.Equal("0.000412", done.Text("charged"));
        Assert.Equal("0.000308", done.Text("bill.returned"));
    }

    [Fact]
    public async Task A_quote_is_for_its_own_account_and_body()
    {
        var (_, rig) = await TestRig.Start(market, "q-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var other = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var theirs = await RenderTests.Triangle(other);
        var id = (await renter.Post("/v1/renders/quote", Order(scene, "q-two"))).Text("id");

        var (seen, _) = await other.Refused(HttpMethod.Get, $"/v1/renders/quotes/{id}");
        var (used, _) = await other.Refused(HttpMethod.Post, "/v1/renders", Order(theirs, "q-two", id));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (seen, used));

        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/renders", Order(scene, "q-two", id, samples: 3));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["samples"], problem.Fields());

        var (_, region) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(scene, null, id));
        Assert.Equal(["region"], region.Fields());
    }

    [Fact]
    public async Task An_expired_quote_is_refused_but_a_repeat_of_an_order_is_answered()
    {
        var (_, rig) = await TestRig.Start(market, "q-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var options = market.Services.GetRequiredService<IOptions<QuoteOptions>>().Value;
        var valid = options.ValidFor;
        string old;

        try
        {
            options.ValidFor = TimeSpan.Zero;
            old = (await renter.Post("/v1/renders/quote", Order(scene, "q-three"))).Text("id");
        }
        finally
        {
            options.ValidFor = valid;
        }

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(scene, "q-three", old), "q-3");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "quote-expired"), (status, problem.Text("code")));

        var quote = (await renter.Post("/v1/renders/quote", Order(scene, "q-three"))).Text("id");
        var render = await renter.Post("/v1/renders", Order(scene, "q-three", quote), "q-3");

        // So many new quotes that the one of the order is not kept any more.
        for (var newer = 0; newer < RenderQuotesMax; newer++)
        {
            await renter.Post("/v1/renders/quote", Order(scene, "q-three"));
        }

        var (gone, _) = await renter.Refused(HttpMethod.Get, $"/v1/renders/quotes/{quote}");
        Assert.Equal(HttpStatusCode.NotFound, gone);
        var again = await renter.Post("/v1/renders", Order(scene, "q-three", quote), "q-3");
        Assert.Equal(render.Text("id"), again.Text("id"));
        Assert.Equal(render.Text("reserved"), again.Text("reserved"));
    }

    [Fact]
    public async Task What_cannot_be_quoted_is_refused_with_the_reason()
    {
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);

        var (status, nowhere) = await renter.Refused(HttpMethod.Post, "/v1/renders/quote", Order(scene, "q-nowhere"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unsatisfiable"), (status, nowhere.Text("code")));

        var (_, quoted) = await renter.Refused(
            HttpMethod.Post, "/v1/renders/quote", Order(scene, "q-four", "qte_01j9zq8k3v7r2m5x4c6b8n0t1w"));
        Assert.Equal(["quote"], quoted.Fields());

        var (_, noId) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(scene, "q-four", "rnd_1"));
        Assert.Equal(["quote"], noId.Fields());

        var (_, small) = await renter.Refused(
            HttpMethod.Post, "/v1/renders/quote", Order(scene, "q-four", samples: 0));
        Assert.Equal(["samples"], small.Fields());
    }

    [Fact]
    public async Task A_device_shows_the_score_that_it_was_enrolled_with()
    {
        var (provider, rig) = await TestRig.Start(market, "q-score", score: 10_420);
        await using var _ = rig;
        var renter = await market.NewRenter();

        Assert.Equal(104.2, (await provider.Get($"/v1/provider/devices/{rig.Device}")).At("renderScore").GetDouble());
        var offer = (await renter.Get("/v1/offers?region=q-score")).At("data")[0];
        Assert.Equal(104.2, offer.At("renderScore").GetDouble());

        var none = await Assert.ThrowsAsync<HttpRequestException>(() => TestRig.Start(market, "q-none", score: 0));
        Assert.Equal(HttpStatusCode.BadRequest, none.StatusCode);
    }

    /// <summary>Quotes that an account keeps.</summary>
    private const int RenderQuotesMax = 32;

    private static int Count(JsonElement quote, string devices) => quote.At($"devices.{devices}").GetInt32();

    private static object Order(JsonElement scene, string? region, string? quote = null, int samples = 2) =>
        new { scene = scene.Text("id"), width = 200, height = 60, samples, frames = "1", seed = 9, region, quote };
}
