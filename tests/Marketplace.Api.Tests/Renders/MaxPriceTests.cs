using System.Net;
using System.Text.Json;
using Marketplace.Agent.Protocol;

namespace Marketplace.Api.Tests.Renders;

/// <summary>
/// Renders with a cap on their bill. A frame of 200 x 60 pixels and two samples is 24,000 samples, 0.0012 USDC at 0.05
/// a million.
/// </summary>
public sealed class MaxPriceTests(TestMarket market)
{
    [Fact]
    public async Task No_more_than_the_cap_is_set_aside_and_frames_that_it_does_not_pay_for_are_not_made()
    {
        var (_, rig) = await TestRig.Start(market, "mp-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);

        var render = await renter.Post("/v1/renders", Order(scene, "mp-one", "0.0020", frames: "1-2"), "mp-one");
        Assert.Equal(("0.002000", "0.002000"), (render.Text("reserved"), render.Text("maxPriceUsdc")));
        await Deliver(rig, units: 2);

        var path = $"/v1/renders/{render.Text("id")}";
        var done = await renter.UntilState(path, "cancelled");
        Assert.Equal(("price-cap-reached", "renter"), (done.Text("ending.code"), done.Text("ending.causedBy")));
        Assert.Equal(("0.001200", "0.000800"), (done.Text("bill.charged"), done.Text("bill.returned")));
        Assert.Equal(1, done.At("framesDone").GetInt32());
        Assert.Null(await rig.Lease());
        using var image = await renter.Send(HttpMethod.Get, $"{path}/frames/1/image");
        Assert.Equal(HttpStatusCode.OK, image.StatusCode);

        // What is left of the cap, 0.0008, is no frame.
        var (status, problem) = await renter.Refused(HttpMethod.Post, $"{path}/retry-failed");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unsatisfiable"), (status, problem.Text("code")));
    }

    [Fact]
    public async Task Frames_that_failed_are_ordered_again_within_what_is_left_of_the_cap()
    {
        var (_, rig) = await TestRig.Start(market, "mp-rest");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var render = await renter.Post("/v1/renders", Order(scene, "mp-rest", "0.0030", frames: "1-2"));
        var path = $"/v1/renders/{render.Text("id")}";
        await Deliver(rig, units: 2);
        await renter.UntilView(path, view => view.At("framesDone").GetInt32() == 1, "one frame is made");
        await renter.Delete(path);

        var rest = await renter.Post($"{path}/retry-failed", new { });
        Assert.Equal(("0.001800", "0.001800"), (rest.Text("maxPriceUsdc"), rest.Text("reserved")));
        await Deliver(rig, units: 2);
        var done = await renter.UntilState($"/v1/renders/{rest.Text("id")}", "succeeded");
        Assert.Equal("0.001200", done.Text("charged"));
    }

    [Fact]
    public async Task A_cap_that_is_spent_to_the_last_bit_leaves_nothing_to_order_again()
    {
        var (_, rig) = await TestRig.Start(market, "mp-spent");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var render = await renter.Post("/v1/renders", Order(scene, "mp-spent", "0.0012", frames: "1-2"));
        var path = $"/v1/renders/{render.Text("id")}";
        await Deliver(rig, units: 2);
        await renter.UntilState(path, "cancelled");

        var (status, problem) = await renter.Refused(HttpMethod.Post, $"{path}/retry-failed");

        Assert.Equal((HttpStatusCode.Conflict, "price-cap-reached"), (status, problem.Text("code")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1000000001")]
    public async Task A_cap_of_nothing_or_beyond_all_money_is_refused(string most)
    {
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(scene, "mp-none", most));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["maxPriceUsdc"], problem.Fields());
    }

    internal static object Order(
        JsonElement scene, string region, string maxPriceUsdc, string? quote = null, string frames = "1") =>
        new
        {
            scene = scene.Text("id"),
            width = 200,
            height = 60,
            samples = 2,
            frames,
            seed = 9,
            region,
            quote,
            maxPriceUsdc,
        };

    private static async Task Deliver(TestRig rig, int units)
    {
        for (var number = 0; number < units; number++)
        {
            var order = await rig.LeaseSome();
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(order, RenderTests.Sums(order.Unit!)));
        }
    }
}
