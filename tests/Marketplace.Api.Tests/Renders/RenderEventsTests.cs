using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Inference;

namespace Marketplace.Api.Tests.Renders;

/// <summary>What a renter sees of a render on its way, and what it can do about it.</summary>
public sealed class RenderEventsTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_render_tells_its_progress_its_pictures_and_its_end_and_resumes_after_the_last_picture()
    {
        var (_, rig) = await TestRig.Start(market, "v-one");
        await using var _ = rig;
        var (renter, path) = await Order("v-one", frames: "3,7");
        using var events = await EventStream.Open(renter, $"{path}/events");
        Assert.Equal("queued", (await events.Next("state")).Data.Text("state"));
        Assert.Equal(4, (await events.Next("progress")).Data.At("units").GetInt32());

        await Make(rig, units: 2);
        var (id, picture) = await events.Next("frame");
        Assert.Equal(("1", 3), (id, picture.At("frame").GetInt32()));
        using (var image = await renter.Send(HttpMethod.Get, picture.Text("image")))
        {
            Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        }

        await Make(rig, units: 2);
        Assert.Equal("2", (await events.Next("frame")).Id);
        Assert.Equal("succeeded", (await events.Next("done")).Data.Text("state"));

        using var later = await EventStream.Open(renter, $"{path}/events", lastEventId: 1);
        var (again, second) = await later.Next("frame");
        Assert.Equal(("2", 7), (again, second.At("frame").GetInt32()));
        var (_, done) = await later.Next("done");
        Assert.Equal(2, done.At("framesDone").GetInt32());
        Assert.Equal("done", done.At("frames")[0].Text("state"));
        Assert.Null(await later.Next());
    }

    [Fact]
    public async Task Finished_frames_come_as_one_zip_file()
    {
        var (_, rig) = await TestRig.Start(market, "v-two");
        await using var _ = rig;
        var (renter, path) = await Order("v-two", frames: "3,7");
        var (early, problem) = await renter.Refused(HttpMethod.Get, $"{path}/download");
        Assert.Equal((HttpStatusCode.NotFound, "frame-not-ready"), (early, problem.Text("code")));
        Assert.Equal(
            HttpStatusCode.BadRequest, (await renter.Refused(HttpMethod.Get, $"{path}/download?format=rar")).Status);

        await Make(rig, units: 4);
        var done = await renter.UntilState(path, "succeeded");
        using var answer = await renter.Send(HttpMethod.Get, $"{path}/download?format=zip");
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        await using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));

        Assert.Equal("frame-0003.png frame-0007.png", string.Join(" ", zip.Entries.Select(entry => entry.FullName)));
        var hashes = zip.Entries.Select(entry =>
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return MarketClient.Hash(bytes.ToArray());
        });
        Assert.Equal(
            string.Join(" ", done.At("frames").EnumerateArray().Select(frame => frame.Text("imageSha256"))),
            string.Join(" ", hashes));
    }

    [Fact]
    public async Task A_render_is_paused_resumed_and_cancelled_with_a_bill()
    {
        var (_, rig) = await TestRig.Start(market, "v-three");
        await using var _ = rig;
        var (renter, path) = await Order("v-three", frames: "1-2");
        var paused = await renter.Post($"{path}/pause", new { });
        Assert.Equal(JsonValueKind.String, paused.At("pausedAt").ValueKind);
        Assert.Null(await rig.Lease());

        var resumed = await renter.Post($"{path}/resume", new { });
        Assert.Equal(JsonValueKind.Null, resumed.At("pausedAt").ValueKind);
        await Make(rig, units: 1);

        var over = await renter.Delete(path);
        Assert.Equal("cancelled", over.Text("state"));
        Assert.True(over.At("bill.final").GetBoolean());
        Assert.Equal(1, over.At("bill.units").GetInt32());
        Assert.Equal(
            decimal.Parse(over.Text("reserved"), System.Globalization.CultureInfo.InvariantCulture),
            decimal.Parse(over.Text("bill.charged"), System.Globalization.CultureInfo.InvariantCulture)
                + decimal.Parse(over.Text("bill.returned"), System.Globalization.CultureInfo.InvariantCulture));
        var (status, problem) = await renter.Refused(HttpMethod.Post, $"{path}/pause");
        Assert.Equal((HttpStatusCode.Conflict, "render-over"), (status, problem.Text("code")));
    }

    [Fact]
    public async Task What_belongs_to_somebody_else_is_not_there()
    {
        var (_, rig) = await TestRig.Start(market, "v-four");
        await using var _ = rig;
        var (_, path) = await Order("v-four", frames: "1");
        var other = await market.NewAccount("renter");

        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Get, $"{path}/events")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Get, $"{path}/download")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Post, $"{path}/pause")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Post, $"{path}/resume")).Status);
    }

    private async Task<(MarketClient Renter, string Path)> Order(string region, string frames)
    {
        var renter = await market.NewRenter();
        var scene = await RenderTests.Triangle(renter);
        var render = await renter.Post("/v1/renders", RenderTests.Order(scene.Text("id"), region, frames));
        return (renter, $"/v1/renders/{render.Text("id")}");
    }

    private static async Task Make(TestRig rig, int units)
    {
        for (var unit = 0; unit < units; unit++)
        {
            var order = await rig.LeaseSome();
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(order, RenderTests.Sums(order.Unit!)));
        }
    }
}
