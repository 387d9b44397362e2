using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Verification;

namespace Marketplace.Api.Tests.Renders;

/// <summary>What artists ask of a frame, over the real wire: traced honestly, checked and put together by the host.</summary>
public sealed class FrameSettingsTests(TestMarket market)
{
    private const int Samples = 256;
    private const int Pixels = 96 * 64;

    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frame_comes_in_every_form_that_was_ordered_and_stops_at_its_noise_target()
    {
        var (_, rig) = await TestRig.Start(market, "f-all");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine("sky");
        var body = await machine.Order(renter, "f-all", Samples);
        body["toneMap"] = "agx";
        body["outputs"] = new[] { "exr16", "png16" };
        body["aovs"] = new[] { "albedo", "normal", "depth", "objectId", "variance", "sampleCount" };
        body["noiseTarget"] = 0.05;
        body["indirectMax"] = 2.5;
        body["view"] = new { position = new[] { 1f, 2f, 5f }, target = new[] { 0f, 0.5f, 0f }, verticalFov = 50 };
        body["environment"] = new { sha256 = await renter.Upload(UnitMachine.Environment), rotation = 90, exposure = 1 };

        var render = await renter.Post("/v1/renders", body, "f-all-1");
        Assert.Equal(render.Text("id"), (await renter.Post("/v1/renders", body, "f-all-1")).Text("id"));
        var path = $"/v1/renders/{render.Text("id")}";
        var units = await MakeAll(renter, rig, machine, path);

        Assert.All(units, unit =>
        {
            Assert.Equal([1f, 2f, 5f], unit.GivenCamera!.Position);
            Assert.Equal(50f, unit.GivenCamera.VerticalFov);
            Assert.Equal(2.5f, unit.IndirectMax);
            Assert.Equal((0.25f, 2f), (unit.EnvironmentLight!.Turns, unit.EnvironmentLight.Factor));
        });
        Assert.Equal([0, 16, 32], units.Select(unit => unit.FirstSample));
        var done = await renter.Get(path);
        Assert.Equal(64 * Pixels, done.At("bill.pixelSamples").GetInt64());
        Assert.Equal(done.At("units").GetInt32(), done.At("unitsDone").GetInt32());
        Assert.Equal(units.Count, done.At("verification.passed").GetInt32());

        var frame = done.At("frames")[0];
        var exr = await Download(renter, frame, "exr16", "image/x-exr");
        Assert.Contains("samples.N\0", Encoding.Latin1.GetString(exr), StringComparison.Ordinal);
        Assert.Contains("normal.X\0", Encoding.Latin1.GetString(exr), StringComparison.Ordinal);
        Assert.Equal(16, (await Download(renter, frame, "png16", "image/png"))[24]);
        await AssertZip(renter, path, exr);
        await AssertOthersAreRefused(renter, path);
    }

    [Fact]
    public async Task The_scenes_own_camera_is_found_by_its_name_and_the_plain_order_is_as_it_was()
    {
        var (_, rig) = await TestRig.Start(market, "f-plain");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine("lit");
        var body = await machine.Order(renter, "f-plain", 16);
        var scene = await renter.Get($"/v1/scenes/{body["scene"]}");
        body["cameraName"] = scene.At("cameras")[0].GetString()!;

        var render = await renter.Post("/v1/renders", body);
        var unit = Assert.Single(await MakeAll(renter, rig, machine, $"/v1/renders/{render.Text("id")}"));

        Assert.Equal((0, null, null), (unit.Camera, unit.GivenCamera, unit.EnvironmentLight));
        Assert.Equal(0f, unit.IndirectMax);
        var done = await renter.Get($"/v1/renders/{render.Text("id")}");
        Assert.Equal(0, done.At("frames")[0].At("files").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"aovs":["depth"]}""", "aovs")]
    [InlineData("""{"outputs":["exr16"],"aovs":["variance"],"samples":16}""", "aovs")]
    [InlineData("""{"outputs":["exr16"],"aovs":["depth","depth"]}""", "aovs")]
    [InlineData("""{"outputs":["png16","png8","png16"]}""", "outputs")]
    [InlineData("""{"outputs":["png8","png16","exr16","exr32","png8"]}""", "outputs")]
    [InlineData("""{"outputs":["png16"],"width":8192,"height":8192}""", "outputs")]
    [InlineData("""{"width":8192,"height":8192,"samples":257}""", "samples")]
    [InlineData("""{"width":8192,"height":8192,"frames":"1-13"}""", "frames")]
    [InlineData("""{"width":1000000}""", "width")]
    [InlineData("""{"noiseTarget":0}""", "noiseTarget")]
    [InlineData("""{"noiseTarget":0.01,"samples":64}""", "samples")]
    [InlineData("""{"indirectMax":-1}""", "indirectMax")]
    [InlineData("""{"indirectMax":1000001}""", "indirectMax")]
    [InlineData("""{"cameraName":"nowhere"}""", "cameraName")]
    [InlineData("""{"camera":0,"cameraName":"0"}""", "camera")]
    [InlineData("""{"view":{"position":[0,0],"target":[0,0,1]}}""", "view.position")]
    [InlineData("""{"view":{"position":[0,0,1],"target":[0,0,1]}}""", "view.target")]
    [InlineData("""{"view":{"position":[0,0,1],"target":[0,0,2],"up":[0,0,0],"verticalFov":180}}""", "view.verticalFov,view.up")]
    [InlineData("""{"environment":{}}""", "environment.sha256")]
    [InlineData("""{"environment":{"sha256":"x","rotation":361,"exposure":21}}""", "environment.sha256,environment.rotation,environment.exposure")]
    public async Task What_cannot_be_had_is_refused_by_name(string more, string fields)
    {
        var renter = await market.NewRenter();
        var body = await new UnitMachine("lit").Order(renter, "f-none", 128);

        foreach (var field in JsonDocument.Parse(more).RootElement.EnumerateObject())
        {
            body[field.Name] = field.Value;
        }

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(fields.Split(','), problem.Fields());
    }

    [Theory]
    [InlineData("/v1/renders")]
    [InlineData("/v1/renders/quote")]
    public async Task A_frame_of_too_many_units_is_refused_with_the_numbers_and_what_to_lower(string path)
    {
        var renter = await market.NewRenter();
        var body = await new UnitMachine("lit").Order(renter, "f-none", 3_072);
        (body["width"], body["height"]) = (8_192, 8_192);

        var (status, problem) = await renter.Refused(HttpMethod.Post, path, body);

        Assert.Equal((HttpStatusCode.BadRequest, "samples"), (status, problem.Fields().Single()));
        Assert.Contains("12 units of work of each of the 4096 tiles", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("49152 in all, allowed are 4096", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("lower samples, width or height", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_environment_is_refused_and_leaves_no_scene()
    {
        var renter = await market.NewRenter();
        var body = await new UnitMachine("lit").Order(renter, "f-none", 128);
        body["environment"] = new { sha256 = await renter.Upload(Encoding.ASCII.GetBytes("no light")) };
        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", body);
        Assert.Equal((HttpStatusCode.BadRequest, "environment.sha256"), (status, problem.Fields().Single()));

        body["environment"] = new { sha256 = new string('0', 64) };
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await renter.Refused(HttpMethod.Post, "/v1/renders", body)).Status);
        Assert.Equal(1, (await renter.Get("/v1/scenes")).GetProperty("data").GetArrayLength());
    }

    private static async Task<List<UnitOrderMessage>> MakeAll(
        MarketClient renter, TestRig rig, UnitMachine machine, string path)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(WaitMax);
        var units = new List<UnitOrderMessage>();

        while ((await renter.Get(path)).Text("state") != "succeeded")
        {
            limit.Token.ThrowIfCancellationRequested();

            if (await rig.Lease() is { Unit: { } unit } order)
            {
                var leaves = machine.Leaves(unit);
                var (reply, _) = await rig.CommitUnit(
                    order, UnitMachine.Sum(unit, leaves), [.. leaves.Select(leaf => leaf.ToBytes())]);
                Assert.Equal(DeliverReply.Accepted, reply);
                units.Add(unit);
            }
        }

        return units;
    }

    private static async Task<byte[]> Download(MarketClient renter, JsonElement frame, string format, string type)
    {
        var file = frame.At("files").EnumerateArray().Single(file => file.Text("format") == format);
        using var answer = await renter.Send(HttpMethod.Get, file.Text("url"));
        var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((MarketClient.Hash(bytes), bytes.Length), (file.Text("sha256"), file.At("bytes").GetInt32()));

        return bytes;
    }

    private static async Task AssertZip(MarketClient renter, string path, byte[] exr)
    {
        using var answer = await renter.Send(HttpMethod.Get, $"{path}/download?format=zip");
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync(Cancel));
        Assert.Equal(
            "exr16/frame-0001.exr png16/frame-0001.png", string.Join(' ', zip.Entries.Select(entry => entry.FullName)));
        Assert.Equal(exr.Length, zip.Entries[0].Length);
    }

    private static async Task AssertOthersAreRefused(MarketClient renter, string path)
    {
        var (status, problem) = await renter.Refused(HttpMethod.Get, $"{path}/frames/1/image?format=exr32");
        Assert.Equal((HttpStatusCode.NotFound, "format-not-ordered"), (status, problem.Text("code")));
        (status, problem) = await renter.Refused(HttpMethod.Get, $"{path}/frames/1/image?format=tiff");
        Assert.Equal((HttpStatusCode.BadRequest, "format"), (status, problem.Fields().Single()));
    }
}
