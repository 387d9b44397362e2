using Marketplace.Agent.CommandLine;
using Marketplace.Agent.Renders;
using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Agent.Tests.CommandLine;

/// <summary><c>render --camera FILE</c>.</summary>
public sealed class CameraFileTests : IDisposable
{
    private const string Plain = """{ "position": [0,0,4], "target": [0,0,0] }""";

    /// <summary>A glowing triangle that looks like no turn and no mirror image of itself.</summary>
    private const string Triangle = """
        {
          "asset": { "version": "2.0" },
          "scenes": [ { "nodes": [ 0 ] } ],
          "nodes": [ { "mesh": 0 } ],
          "meshes": [ { "primitives": [ { "attributes": { "POSITION": 0 }, "material": 0 } ] } ],
          "materials": [ { "emissiveFactor": [ 1, 1, 1 ], "doubleSided": true } ],
          "buffers": [ { "uri": "triangle.bin", "byteLength": 36 } ],
          "bufferViews": [ { "buffer": 0, "byteLength": 36 } ],
          "accessors": [ { "bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3",
                           "min": [ -0.5, -0.5, 0 ], "max": [ 1, 0.25, 0 ] } ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Every_field_of_the_file_shows_in_the_picture()
    {
        var plain = await Picture(Plain);

        Assert.Equal(
            plain, await Picture("""{ "position": [0,0,4], "target": [0,0,0], "up": [0,1,0], "verticalFov": 45 }"""));
        byte[][] all =
        [
            plain,
            await Picture("""{ "position": [1,0,4], "target": [0,0,0] }"""),
            await Picture("""{ "position": [0,0,4], "target": [0,0.5,0] }"""),
            await Picture("""{ "position": [0,0,4], "target": [0,0,0], "up": [1,1,0] }"""),
            await Picture("""{ "position": [0,0,4], "target": [0,0,0], "verticalFov": 30 }"""),
        ];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            all[^1], await Picture("""{ "position": [0,0,4], "target": [0,0,0], "verticalFovDegrees": 30 }"""));
    }

    [Fact]
    public void The_camera_is_the_one_of_the_file()
    {
        var camera = CameraFile.Read(
            File("""{ "position": [1,2,3], "target": [4,5,6], "up": [0,0,1], "verticalFov": 33.5 }"""));

        Assert.Equal(
            (new Vec3(1f, 2f, 3f), new Vec3(4f, 5f, 6f), new Vec3(0f, 0f, 1f), 33.5f),
            (camera.Position, camera.Target, camera.Up, camera.VerticalFovDegrees));
    }

    [Theory]
    [InlineData("position", """{ "target": [0,0,0] }""")]
    [InlineData("position", """{ "position": [0,4], "target": [0,0,0] }""")]
    [InlineData("position", """{ "position": "here", "target": [0,0,0] }""")]
    [InlineData("target", """{ "position": [0,0,4] }""")]
    [InlineData("target", """{ "position": [0,0,4], "target": [0,1e39,0] }""")]
    [InlineData("target", """{ "position": [0,0,4], "target": [0,0,4] }""")]
    [InlineData("up", """{ "position": [0,0,4], "target": [0,0,0], "up": [0,1] }""")]
    [InlineData("verticalFov", """{ "position": [0,0,4], "target": [0,0,0], "verticalFov": 0 }""")]
    [InlineData("verticalFov", """{ "position": [0,0,4], "target": [0,0,0], "verticalFov": 180 }""")]
    [InlineData("verticalFov", """{ "position": [0,0,4], "target": [0,0,0], "verticalFov": "wide" }""")]
    [InlineData("verticalFov", """{ "position": [0,0,4], "target": [0,0,0], "verticalFov": 9, "verticalFovDegrees": 9 }""")]
    [InlineData("fieldOfView", """{ "position": [0,0,4], "target": [0,0,0], "fieldOfView": 40 }""")]
    [InlineData("camera.json", "no JSON")]
    public async Task A_bad_file_is_refused_in_one_line_that_names_the_field(string named, string json)
    {
        var (exitCode, error) = await Render(json);

        Assert.Equal(ExitCodes.Input, exitCode);
        var line = Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("--camera", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(Out));
    }

    public void Dispose() => _folder.Dispose();

    private string Out => Path.Combine(_folder.FullName, "o.png");

    private async Task<byte[]> Picture(string camera)
    {
        var (exitCode, error) = await Render(camera);
        Assert.True(exitCode == ExitCodes.Success, error);
        return await System.IO.File.ReadAllBytesAsync(Out, TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, string Error)> Render(string camera)
    {
        var scene = Path.Combine(_folder.FullName, "triangle.gltf");
        await System.IO.File.WriteAllTextAsync(scene, Triangle, TestContext.Current.CancellationToken);
        float[] corners = [-0.5f, -0.5f, 0f, 1f, -0.5f, 0f, -0.5f, 0.25f, 0f];
        await System.IO.File.WriteAllBytesAsync(
            Path.Combine(_folder.FullName, "triangle.bin"),
            [.. corners.SelectMany(BitConverter.GetBytes)],
            TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        var exitCode = await AgentCommandLine.Run(
            [
                "render", "--scene", scene, "--out", Out, "--camera", File(camera), "--width", "32", "--height", "32",
                "--spp", "1", "--device", "host", "--threads", "1",
            ],
            TextWriter.Null,
            error);
        return (exitCode, error.ToString());
    }

    private string File(string camera)
    {
        var path = Path.Combine(_folder.FullName, "camera.json");
        System.IO.File.WriteAllText(path, camera);
        return path;
    }
}
