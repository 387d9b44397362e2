using System.Net;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Inference;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Api.Tests.Renders;

/// <summary>Frames over REST: seen before they are paid for, approved, rejected, ordered again.</summary>
public sealed class FrameReviewTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frame_is_shown_marked_until_it_is_approved()
    {
        var (_, rig) = await TestRig.Start(market, "v-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var path = await Submit(renter, "v-one", "1");
        var frame = $"{path}/frames/1";
        Assert.Equal("frame-not-ready", await Code(renter, HttpMethod.Get, $"{frame}/preview"));
        Assert.Equal("frame-not-ready", await Code(renter, HttpMethod.Get, $"{frame}/thumbnail"));
        Assert.Equal("frame-not-ready", await Code(renter, HttpMethod.Post, $"{frame}/approve"));

        await Deliver(rig, units: 1);
        Assert.Equal("image/png", (await File(renter, $"{frame}/preview")).Type);
        await Deliver(rig, units: 1);
        var waiting = await renter.UntilView(
            path, view => Review(view) is { ValueKind: JsonValueKind.Object }, "the picture waits");

        Assert.Equal(("running", "manual"), (waiting.Text("state"), waiting.Text("approval")));
        Assert.Equal(("awaiting", JsonValueKind.Null), (Review(waiting).Text("state"), waiting.At("frames")[0].At("image").ValueKind));
        Assert.Equal("frame-not-approved", await Code(renter, HttpMethod.Get, $"{frame}/image"));
        Assert.Equal("frame-not-ready", await Code(renter, HttpMethod.Get, $"{path}/download"));
        var (_, marked, _) = await File(renter, $"{frame}/preview");
        var (thumbnailType, thumbnail, tag) = await File(renter, $"{frame}/thumbnail");
        Assert.Equal(("image/webp", HttpStatusCode.NotModified), (thumbnailType, await Known(renter, $"{frame}/thumbnail", tag)));
        var (_, moving, _) = await File(renter, $"{path}/preview");

        using var events = await EventStream.Open(renter, $"{path}/events");
        var (_, told) = await events.Next("frame");
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null), (told.At("image").ValueKind, told.At("imageSha256").ValueKind));

        var done = await Post(renter, $"{frame}/approve");

        Assert.Equal("succeeded", done.Text("state"));
        Assert.Equal("approved", Review(done).Text("state"));
        Assert.NotEqual(marked, (await File(renter, $"{frame}/preview")).Bytes);
        Assert.NotEqual(moving, (await File(renter, $"{path}/preview")).Bytes);
        Assert.Equal(HttpStatusCode.OK, await Known(renter, $"{frame}/thumbnail", tag));
        Assert.NotEqual(thumbnail, (await File(renter, $"{frame}/thumbnail")).Bytes);
        Assert.Equal("image/png", (await File(renter, done.At("frames")[0].Text("image"))).Type);
    }

    [Fact]
    public async Task A_rejected_frame_that_stands_stays_charged_and_its_log_tells_of_it()
    {
        var (_, rig) = await TestRig.Start(market, "v-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var path = await Submit(renter, "v-two", "1");
        await Deliver(rig, units: 2);
        await renter.UntilView(path, view => Review(view) is { ValueKind: JsonValueKind.Object }, "the picture waits");
        var (status, problem) = await renter.Refused(
            HttpMethod.Post, $"{path}/frames/1/reject", new { reason = new string('x', 501) });
        Assert.Equal((HttpStatusCode.BadRequest, "reason"), (status, Assert.Single(problem.Fields())));

        await renter.Post($"{path}/frames/1/reject", new { reason = "Too dark." });
        var upheld = await renter.UntilView(path, view => Review(view).Text("state") == "upheld", "the check is over");
        Assert.Equal(("Too dark.", 1), (Review(upheld).Text("reason"), Review(upheld).At("rejections").GetInt32()));
        var again = await Post(renter, $"{path}/frames/1/retry");
        Assert.Equal("remaking", Review(again).Text("state"));
        Assert.NotEqual(upheld.Text("reserved"), again.Text("reserved"), StringComparer.Ordinal);
        await renter.Delete(path);

        var log = await renter.Get($"{path}/frames/1/log");
        var what = log.At("entries").EnumerateArray().Select(entry => entry.Text("what")).ToArray();
        Assert.Equal(
            ["given", "delivered", "given", "delivered", "assembling", "assembled", "rejected", "upheld", "remade"],
            what,
            StringComparer.Ordinal);
        Assert.Equal("as new work", log.At("entries")[what.Length - 1].Text("detail"));
    }

    [Fact]
    public async Task A_rejected_frame_that_was_not_traced_is_unpaid_and_made_again_by_another_rig()
    {
        var (hostile, cheat) = await TestRig.Start(market, "v-five");
        await using var _ = cheat;
        var renter = await market.NewRenter();
        var path = await Submit(renter, "v-five", "1");
        await Deliver(cheat, units: 2, isHonest: false);
        await renter.UntilView(path, view => Review(view) is { ValueKind: JsonValueKind.Object }, "the picture waits");
        var (_, honest) = await TestRig.Start(market, "v-five");
        await using var __ = honest;

        await Post(renter, $"{path}/reject");
        var remaking = await renter.UntilView(path, view => Review(view).Text("state") == "remaking", "the check is over");
        Assert.Equal("0.000000", remaking.At("bill").Text("charged"));
        await Deliver(honest, units: 2);
        await renter.UntilView(path, view => Review(view).Text("state") == "awaiting", "the second picture waits");
        var done = await Post(renter, $"{path}/approve");

        Assert.Equal(("succeeded", 2), (done.Text("state"), done.At("bill.units").GetInt32()));
        Assert.Equal("0.000000", (await hostile.Get("/v1/provider/earnings")).Text("payable"));
        var what = (await renter.Get($"{path}/frames/1/log")).At("entries").EnumerateArray()
            .Select(entry => entry.Text("what"));
        Assert.Equal(4, what.Count(entry => entry is "delivered"));
        Assert.Contains("remade", what, StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_a_render_left_unmade_is_ordered_once_more()
    {
        var (_, rig) = await TestRig.Start(market, "v-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var path = await Submit(renter, "v-three", "1-2", approval: "automatic");
        await Deliver(rig, units: 2);
        await renter.UntilView(path, view => view.At("framesDone").GetInt32() == 1, "one frame is made");
        Assert.Equal("render-not-over", await Code(renter, HttpMethod.Post, $"{path}/retry-failed"));
        Assert.Equal("approval-automatic", await Code(renter, HttpMethod.Post, $"{path}/frames/1/reject"));
        await renter.Delete(path);

        var rest = await Post(renter, $"{path}/retry-failed");
        var same = await Post(renter, $"{path}/retry-failed");

        Assert.Equal(rest.Text("id"), same.Text("id"));
        Assert.Equal(2, Assert.Single(rest.At("frames").EnumerateArray()).At("frame").GetInt32());
        await Deliver(rig, units: 2);
        var next = $"/v1/renders/{rest.Text("id")}";
        await renter.UntilState(next, "succeeded");
        Assert.Equal("no-frame-failed", await Code(renter, HttpMethod.Post, $"{next}/retry-failed"));
    }

    [Fact]
    public async Task Nobody_else_sees_or_decides_frames()
    {
        var (_, rig) = await TestRig.Start(market, "v-four");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var path = await Submit(renter, "v-four", "1");
        var other = await market.NewAccount("renter");

        foreach (var route in new[] { "approve", "reject", "retry-failed", "frames/1/approve", "frames/1/reject", "frames/1/retry" })
        {
            Assert.Equal("not-found", await Code(other, HttpMethod.Post, $"{path}/{route}"));
        }

        foreach (var route in new[] { "frames/1/log", "frames/1/thumbnail", "frames/1/preview" })
        {
            Assert.Equal("not-found", await Code(other, HttpMethod.Get, $"{path}/{route}"));
        }

        await renter.Delete(path);
    }

    private static JsonElement Review(JsonElement render) => render.At("frames")[0].At("review");

    private static async Task<string> Code(MarketClient client, HttpMethod method, string path) =>
        (await client.Refused(method, path)).Problem.Text("code");

    private static async Task<JsonElement> Post(MarketClient client, string path)
    {
        using var answer = await client.Send(HttpMethod.Post, path);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task<(string? Type, byte[] Bytes, string? Tag)> File(MarketClient client, string path)
    {
        using var answer = await client.Send(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (
            answer.Content.Headers.ContentType?.MediaType,
            await answer.Content.ReadAsByteArrayAsync(Cancel),
            answer.Headers.ETag?.ToString());
    }

    private static async Task<HttpStatusCode> Known(MarketClient client, string path, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var answer = await client.Http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static async Task<string> Submit(MarketClient renter, string region, string frames, string approval = "manual")
    {
        var scene = await RenderTests.Triangle(renter);
        var order = new { scene = scene.Text("id"), width = 200, height = 60, samples = 2, frames, seed = 9, region, approval };
        return $"/v1/renders/{(await renter.Post("/v1/renders", order)).Text("id")}";
    }

    private static async Task Deliver(TestRig rig, int units, bool isHonest = true)
    {
        for (var number = 0; number < units; number++)
        {
            var order = await rig.LeaseSome();
            var sums = isHonest ? Trace(order.Unit!) : RenderTests.Sums(order.Unit!);
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(order, sums));
        }
    }

    /// <summary>What an honest rig makes of the triangle.</summary>
    private static byte[] Trace(UnitOrderMessage unit)
    {
        var (gltf, corners) = RenderTests.TriangleFiles();
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal)
        {
            ["triangle.gltf"] = gltf,
            ["corners.bin"] = corners,
        };
        var scene = SceneReader.Read(unit.Root, files, new SceneOptions());
        using var device = new HostDevice(1);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView
        {
            Width = unit.ImageWidth,
            Height = unit.ImageHeight,
            Camera = scene.Cameras[0],
            Seed = unit.Seed,
            Frame = unit.Frame,
            MaxBounces = unit.MaxBounces,
            IndirectMax = unit.IndirectMax,
        };
        var tile = new Tile(unit.X, unit.Y, unit.Width, unit.Height);
        return tracer.Trace(view, tile, new(unit.FirstSample, unit.Samples), Cancel).ToBytes();
    }
}
