using System.Buffers.Binary;
using System.Net;
using System.Text;
using Marketplace.Agent.Protocol;

namespace Marketplace.Api.Tests.Renders;

public sealed class RenderTests(TestMarket market)
{
    private const int Width = 200;
    private const int Height = 60;
    private const int Samples = 2;

    [Fact]
    public async Task A_render_of_an_uploaded_scene_ends_as_a_picture()
    {
        var (_, rig) = await TestRig.Start(market, "r-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await Triangle(renter);
        Assert.Equal(1, scene.At("triangles").GetInt64());

        var render = await renter.Post("/v1/renders", Order(scene.Text("id"), "r-one"), "render-1");
        var again = await renter.Post("/v1/renders", Order(scene.Text("id"), "r-one"), "render-1");
        Assert.Equal(render.Text("id"), again.Text("id"));
        var path = $"/v1/renders/{render.Text("id")}";
        var (early, problem) = await renter.Refused(HttpMethod.Get, $"{path}/frames/1/image");
        Assert.Equal(HttpStatusCode.NotFound, early);
        Assert.Equal("frame-not-ready", problem.Text("code"));

        for (var units = render.At("units").GetInt32(); units > 0; units--)
        {
            var order = await rig.LeaseSome();
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(order, Sums(order.Unit!)));
        }

        var done = await renter.UntilState(path, "succeeded");
        Assert.Equal(1, done.At("receipts").GetArrayLength());
        using var image = await renter.Send(HttpMethod.Get, done.At("frames")[0].Text("image"));
        var png = await image.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal("image/png", image.Content.Headers.ContentType?.MediaType);
        Assert.Equal("\u0089PNG", Encoding.Latin1.GetString(png, 0, 4));
        Assert.Equal(Width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
        Assert.Equal(Height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        Assert.Equal(MarketClient.Hash(png), done.At("frames")[0].Text("imageSha256"));
    }

    [Fact]
    public async Task Sums_that_were_not_uploaded_are_refused()
    {
        var (_, rig) = await TestRig.Start(market, "r-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await Triangle(renter);
        await renter.Post("/v1/renders", Order(scene.Text("id"), "r-two"));
        var order = await rig.LeaseSome();
        var made = Sums(order.Unit!);
        var cut = made[..^4];

        // The agent says more bytes than it has sent.
        Assert.Equal(DeliverReply.Refused, await rig.DeliverUnit(order, cut, bytes: made.Length));
    }

    [Fact]
    public async Task A_rig_that_spoils_a_unit_is_not_paid_and_another_one_finishes_the_frame()
    {
        var (hostile, spoiler) = await TestRig.Start(market, "r-four");
        await using var _ = spoiler;
        var (_, honest) = await TestRig.Start(market, "r-four");
        await using var __ = honest;
        var renter = await market.NewRenter();
        var scene = await Triangle(renter);
        var render = await renter.Post("/v1/renders", Order(scene.Text("id"), "r-four"));
        var bad = await spoiler.LeaseSome();
        var good = await honest.LeaseSome();

        Assert.Equal(DeliverReply.Accepted, await spoiler.DeliverUnit(bad, Sums(bad.Unit!, float.NaN)));
        Assert.Equal(DeliverReply.Accepted, await honest.DeliverUnit(good, Sums(good.Unit!)));
        var again = await honest.LeaseSome();
        Assert.Equal((bad.Unit!.X, bad.Unit.Y), (again.Unit!.X, again.Unit.Y));
        Assert.Equal(DeliverReply.Accepted, await honest.DeliverUnit(again, Sums(again.Unit)));

        var done = await renter.UntilState($"/v1/renders/{render.Text("id")}", "succeeded");
        Assert.Equal(1, done.At("receipts").GetArrayLength());
        Assert.Equal(2, done.At("bill.units").GetInt32());
        Assert.Equal("0.000000", (await hostile.Get("/v1/provider/earnings")).Text("payable"));
    }

    [Fact]
    public async Task Somebody_elses_render_and_scene_are_not_there()
    {
        var (_, rig) = await TestRig.Start(market, "r-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var other = await market.NewAccount("renter");
        var scene = (await Triangle(renter)).Text("id");
        var render = (await renter.Post("/v1/renders", Order(scene, "r-three"))).Text("id");

        foreach (var path in new[] { $"/v1/scenes/{scene}", $"/v1/renders/{render}", $"/v1/renders/{render}/frames/1/image" })
        {
            var (status, _) = await other.Refused(HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.NotFound, status);
        }
    }

    internal static object Order(string scene, string region, string frames = "1") =>
        new { scene, width = Width, height = Height, samples = Samples, frames, seed = 9, region };

    internal static (byte[] Gltf, byte[] Corners) TriangleFiles()
    {
        float[] corners = [0, 0, 0, 1, 0, 0, 0, 1, 0];
        byte[] buffer = [.. corners.SelectMany(BitConverter.GetBytes)];
        const string Json = """
            {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
             "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
             "accessors":[{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]}],
             "bufferViews":[{"buffer":0,"byteLength":36}],"buffers":[{"byteLength":36,"uri":"corners.bin"}]}
            """;

        return (Encoding.UTF8.GetBytes(Json), buffer);
    }

    internal static async Task<System.Text.Json.JsonElement> Triangle(MarketClient renter)
    {
        var (gltf, corners) = TriangleFiles();
        var files = new[]
        {
            new { path = "triangle.gltf", sha256 = await renter.Upload(gltf) },
            new { path = "corners.bin", sha256 = await renter.Upload(corners) },
        };

        return await renter.Post("/v1/scenes", new { root = "triangle.gltf", files });
    }

    /// <summary>A grey unit in the byte form of sums: twelve words, then three floats a pixel.</summary>
    internal static byte[] Sums(UnitOrderMessage unit, float value = 0.5f)
    {
        uint[] header =
        [
            0x53544B4D, 1, (uint)unit.X, (uint)unit.Y, (uint)unit.Width, (uint)unit.Height, (uint)unit.FirstSample,
            (uint)unit.Samples, (uint)unit.Frame, (uint)unit.Seed, (uint)(unit.Seed >> 32), 0,
        ];
        var values = Enumerable.Repeat(value * unit.Samples, unit.Width * unit.Height * 3);

        return [.. header.SelectMany(BitConverter.GetBytes), .. values.SelectMany(BitConverter.GetBytes)];
    }
}
