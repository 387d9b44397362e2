using System.Net;

namespace Marketplace.Api.Tests.Renders;

public sealed class SceneTests(TestMarket market)
{
    [Theory]
    [InlineData("scene.glb", "glTF, but only by name")]
    [InlineData("scene.gltf", "{\"asset\":{\"version\":\"2.0\"},\"scene\":7}")]
    public async Task Files_that_are_no_scene_are_refused_with_the_offence(string path, string content)
    {
        var renter = await market.NewAccount("renter");
        var hash = await renter.Upload(System.Text.Encoding.ASCII.GetBytes(content));

        var (status, problem) = await renter.Refused(
            HttpMethod.Post, "/v1/scenes", new { root = path, files = new[] { new { path, sha256 = hash } } });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("scene-corrupt", problem.Text("code"));
        Assert.True(problem.Text("detail").Length > 30, problem.Text("detail"));
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b.glb")]
    [InlineData("c:\\a.glb")]
    [InlineData("./a.glb")]
    public async Task A_path_that_leaves_the_scene_is_refused(string path)
    {
        var renter = await market.NewAccount("renter");
        var files = new[] { new { path, sha256 = new string('0', 64) } };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/scenes", new { root = path, files });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["files[0].path"], problem.Fields());
    }

    [Fact]
    public async Task A_file_that_is_null_is_refused_by_its_place()
    {
        var renter = await market.NewAccount("renter");
        var files = new object?[] { new { path = "a.glb", sha256 = new string('0', 64) }, null };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/scenes", new { root = "a.glb", files });

        Assert.Equal((HttpStatusCode.BadRequest, "files[1]"), (status, Assert.Single(problem.Fields())));
    }

    [Fact]
    public async Task A_scene_of_a_file_that_was_not_uploaded_names_it()
    {
        var renter = await market.NewAccount("renter");
        var files = new[] { new { path = "a.glb", sha256 = new string('0', 64) } };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/scenes", new { root = "a.glb", files });

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("asset-unknown", problem.Text("code"));
        Assert.Equal("a.glb", problem.Text("path"));
    }

    [Fact]
    public async Task A_render_of_somebody_elses_scene_is_refused()
    {
        var renter = await market.NewAccount("renter");
        var body = new { scene = "scn_00000000000000000000000000", width = 64, height = 64, samples = 1 };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("scene-unknown", problem.Text("code"));
    }

    [Theory]
    [InlineData("1-30,x", "5")]
    [InlineData("9-1", "0")]
    public async Task A_frame_list_is_refused_with_the_place_of_its_fault(string frames, string at)
    {
        var renter = await market.NewAccount("renter");
        var body = new { scene = "scn_00000000000000000000000000", width = 64, height = 64, samples = 1, frames };

        var (_, problem) = await renter.Refused(HttpMethod.Post, "/v1/renders", body);

        Assert.Equal(["frames"], problem.Fields());
        Assert.Contains($"at {at}", problem.Text("detail"), StringComparison.Ordinal);
    }
}
