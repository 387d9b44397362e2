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

    [Fact]
    public async Task A_scene_of_which_no_triangle_has_an_area_is_refused_and_says_so()
    {
        // Two triangles whose corners are one point.
        var zeros = Convert.ToBase64String(new byte[6 * 3 * sizeof(float)]);
        var gltf = $$"""
            {
              "asset": { "version": "2.0" }, "scene": 0,
              "scenes": [ { "nodes": [0] } ], "nodes": [ { "mesh": 0 } ],
              "meshes": [ { "primitives": [ { "attributes": { "POSITION": 0 } } ] } ],
              "accessors": [ {
                "bufferView": 0, "componentType": 5126, "count": 6, "type": "VEC3", "min": [0, 0, 0], "max": [0, 0, 0] } ],
              "bufferViews": [ { "buffer": 0, "byteLength": 72 } ],
              "buffers": [ { "byteLength": 72, "uri": "data:application/octet-stream;base64,{{zeros}}" } ]
            }
            """;
        var renter = await market.NewAccount("renter");
        var hash = await renter.Upload(System.Text.Encoding.ASCII.GetBytes(gltf));
        var files = new[] { new { path = "flat.gltf", sha256 = hash } };

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/scenes", new { root = "flat.gltf", files });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "scene-corrupt"), (status, problem.Text("code")));
        Assert.Equal(
            "The files are no usable scene: glTF: none of the scene's 2 triangles has an area; sizes of zero, corners on "
            + "a line or numbers too small or too large leave nothing to draw.",
            problem.Text("detail"));
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
