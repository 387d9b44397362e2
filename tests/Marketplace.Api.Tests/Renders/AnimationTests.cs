using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Agent.Protocol;

namespace Marketplace.Api.Tests.Renders;

public sealed class AnimationTests(TestMarket market)
{
    [Fact]
    public async Task A_moving_scene_names_its_clips_and_plays_the_first_unless_told_otherwise()
    {
        var (_, rig) = await TestRig.Start(market, "r-clips");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await Swing(renter);
        Assert.Equal(
            [("Swing", 2.0), ("1", 2.0)],
            scene.At("animations").EnumerateArray().Select(clip => (clip.Text("name"), clip.At("seconds").GetDouble())));

        foreach (var (asked, played) in new[] { (null, "Swing"), ("1", "1"), ("none", null) })
        {
            var order = new
            {
                scene = scene.Text("id"),
                width = 16,
                height = 16,
                samples = 1,
                frames = "48",
                animation = asked,
                region = "r-clips",
            };
            var render = await renter.Post("/v1/renders", order);
            Assert.Equal(played, render.At("animation").GetString());
            var unit = await rig.LeaseSome();
            Assert.Equal((played, 48, 24), (unit.Unit!.Animation, unit.Unit.Frame, unit.Unit.FramesPerSecond));
            await rig.DeliverUnit(unit, RenderTests.Sums(unit.Unit));
            await renter.UntilState($"/v1/renders/{render.Text("id")}", "succeeded");
        }
    }

    [Fact]
    public async Task A_clip_that_the_scene_lacks_is_refused_with_those_it_has()
    {
        var renter = await market.NewRenter();
        var moving = await Swing(renter);
        var still = await RenderTests.Triangle(renter);

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(moving));
        var (_, other) = await renter.Refused(HttpMethod.Post, "/v1/renders", Order(still));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["animation"], problem.Fields());
        Assert.Contains("the scene has Swing, 1", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Contains("the scene has no clips", other.Text("detail"), StringComparison.Ordinal);

        static object Order(JsonElement scene) =>
            new { scene = scene.Text("id"), width = 16, height = 16, samples = 1, animation = "2" };
    }

    [Fact]
    public async Task A_clip_that_no_frame_could_use_is_refused_at_upload_and_leaves_no_scene()
    {
        var renter = await market.NewRenter();

        // The second clip goes back in time; the first, which frames would be posed by, is sound.
        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/scenes", await SwingFiles(renter, backwards: true));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(
            "animation '1' sampler 0 with times in accessor 3 and values in 2: key 1 is at 1 seconds",
            problem.Text("detail"),
            StringComparison.Ordinal);
        Assert.Equal(0, (await renter.Get("/v1/scenes")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Finished_frames_can_be_seen_in_motion()
    {
        var (_, rig) = await TestRig.Start(market, "r-preview");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var scene = await Swing(renter);
        var render = await renter.Post("/v1/renders", RenderTests.Order(scene.Text("id"), "r-preview", "1-3"));
        var path = $"/v1/renders/{render.Text("id")}";
        var (early, problem) = await renter.Refused(HttpMethod.Get, $"{path}/preview");
        Assert.Equal((HttpStatusCode.NotFound, "frame-not-ready"), (early, problem.Text("code")));

        for (var units = render.At("units").GetInt32(); units > 0; units--)
        {
            var order = await rig.LeaseSome();
            var grey = 0.2f * order.Unit!.Frame;
            Assert.Equal(DeliverReply.Accepted, await rig.DeliverUnit(order, RenderTests.Sums(order.Unit, grey)));
        }

        await renter.UntilState(path, "succeeded");
        using var answer = await renter.Send(HttpMethod.Get, $"{path}/preview");
        var webp = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal("image/webp", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("RIFF", Encoding.ASCII.GetString(webp, 0, 4));
        Assert.Equal(3, Count(webp, "ANMF"));

        renter.Http.DefaultRequestHeaders.IfNoneMatch.Add(answer.Headers.ETag!);
        using var again = await renter.Send(HttpMethod.Get, $"{path}/preview");
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);

        // Nobody else sees it.
        var (status, _) = await (await market.NewRenter()).Refused(HttpMethod.Get, $"{path}/preview");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private static int Count(byte[] file, string tag) =>
        Encoding.Latin1.GetString(file).Split(tag).Length - 1;

    private static async Task<JsonElement> Swing(MarketClient renter) =>
        await renter.Post("/v1/scenes", await SwingFiles(renter));

    /// <summary>A triangle that moves aside within two seconds: one clip with a name and one without.</summary>
    private static async Task<object> SwingFiles(MarketClient renter, bool backwards = false)
    {
        float[] numbers = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0, 2, 1];
        byte[] buffer = [.. numbers.SelectMany(BitConverter.GetBytes)];
        const string Json = """
            {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
             "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
             "animations":[
              {"name":"Swing","samplers":[{"input":1,"output":2}],
               "channels":[{"sampler":0,"target":{"node":0,"path":"translation"}}]},
              {"samplers":[{"input":TIMES,"output":2}],
               "channels":[{"sampler":0,"target":{"node":0,"path":"translation"}}]}],
             "accessors":[
              {"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]},
              {"bufferView":1,"componentType":5126,"count":2,"type":"SCALAR","min":[0],"max":[2]},
              {"bufferView":2,"componentType":5126,"count":2,"type":"VEC3"},
              {"bufferView":3,"componentType":5126,"count":2,"type":"SCALAR","min":[1],"max":[2]}],
             "bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":8},
              {"buffer":0,"byteOffset":44,"byteLength":24},{"buffer":0,"byteOffset":68,"byteLength":8}],
             "buffers":[{"byteLength":76,"uri":"swing.bin"}]}
            """;
        var json = Json.Replace("TIMES", backwards ? "3" : "1", StringComparison.Ordinal);
        var files = new[]
        {
            new { path = "swing.gltf", sha256 = await renter.Upload(Encoding.UTF8.GetBytes(json)) },
            new { path = "swing.bin", sha256 = await renter.Upload(buffer) },
        };

        return new { root = "swing.gltf", files };
    }
}
