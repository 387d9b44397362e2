using Marketplace.Agent.CommandLine;

namespace Marketplace.Agent.Tests.CommandLine;

/// <summary><c>render</c>: what it says of a scene, and which files it writes.</summary>
public sealed class RenderCommandTests : IDisposable
{
    /// <summary>A triangle that needs nothing, and what stands in the braces besides.</summary>
    private const string Triangle = """
        {
          "asset": { "version": "2.0" }, #used
          "scenes": [ { "nodes": [ 0 ] } ],
          "nodes": [ { "mesh": 0 } ],
          "meshes": [ { "primitives": [ { "attributes": { "POSITION": 0 } } #primitive ] } ],
          "buffers": [ { "uri": "triangle.bin", "byteLength": 36 } ],
          "bufferViews": [ { "buffer": 0, "byteLength": 36 } ],
          "accessors": [ { "bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3",
                           "min": [ 0, 0, 0 ], "max": [ 1, 1, 0 ] } ]
        }
        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task What_the_picture_leaves_out_of_the_scene_is_told_once_on_stderr()
    {
        var error = await Render(
            "\"extensionsUsed\": [ \"EXT_lights_ies\", \"KHR_xmp_json_ld\" ],",
            ", { \"attributes\": { \"POSITION\": 0 }, \"mode\": 0 }",
            "moving.webp",
            "--frames",
            "2");

        var warnings = error.Split('\n').Where(line => line.Contains("warning", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, warnings.Length);
        Assert.Contains("EXT_lights_ies, KHR_xmp_json_ld", warnings[0], StringComparison.Ordinal);
        Assert.Contains("POINTS (primitives)", warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scene_that_is_drawn_whole_gives_no_warning() =>
        Assert.DoesNotContain("warning", await Render("", "", "o.PNG"), StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private async Task<string> Render(string used, string primitive, string picture, params string[] more)
    {
        var scene = Path.Combine(_folder.FullName, "triangle.gltf");
        var json = Triangle.Replace("#used", used, StringComparison.Ordinal)
            .Replace("#primitive", primitive, StringComparison.Ordinal);
        await File.WriteAllTextAsync(scene, json, TestContext.Current.CancellationToken);
        float[] corners = [0, 0, 0, 1, 0, 0, 0, 1, 0];
        await File.WriteAllBytesAsync(
            Path.Combine(_folder.FullName, "triangle.bin"),
            [.. corners.SelectMany(BitConverter.GetBytes)],
            TestContext.Current.CancellationToken);
        var path = Path.Combine(_folder.FullName, picture);
        using var error = new StringWriter();

        var exitCode = await AgentCommandLine.Run(
            [
                "render", "--scene", scene, "--out", path, "--width", "16", "--height", "16", "--spp", "1",
                "--device", "host", "--threads", "1", .. more,
            ],
            TextWriter.Null,
            error);

        Assert.True(exitCode == ExitCodes.Success, error.ToString());
        Assert.True(File.Exists(path));
        return error.ToString();
    }
}
