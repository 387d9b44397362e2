using Marketplace.Compute.Rendering.Scenes.Procedural;

namespace Marketplace.Agent.Tests.CommandLine;

public sealed class ExecutableTests
{
    [Fact]
    public async Task The_reference_text_is_printed_exactly()
    {
        var model = SharedData.Find("models/stories260K/stories260K.gguf");
        var golden = SharedData.Find("fixtures/stories260K-greedy200.txt");

        var (exitCode, output, _) = await Executable.Run(
            "generate", "--model", model, "--temperature", "0", "--max-tokens", "200", "--prompt", "", "--device", "host");

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken), output);
    }

    [Theory]
    [InlineData("box.png", new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })]
    [InlineData("box.exr", new byte[] { 0x76, 0x2F, 0x31, 0x01 })]
    public async Task A_scene_becomes_a_picture(string name, byte[] magic)
    {
        var scene = SharedData.Find("gltf/CornellBox.glb");
        using var folder = new TemporaryFolder();
        var picture = Path.Combine(folder.FullName, name);

        var (exitCode, output, _) = await Executable.Run(
            "render", "--scene", scene, "--out", picture, "--width", "32", "--height", "32", "--spp", "4", "--device",
            "host", "--tone-map", "agx");

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Empty(output);
        var bytes = await File.ReadAllBytesAsync(picture, TestContext.Current.CancellationToken);
        Assert.Equal(magic, bytes[..4]);
    }

    [Fact]
    public async Task A_clip_becomes_one_picture_that_moves()
    {
        var scene = SharedData.Find("gltf/Fox.glb");
        using var folder = new TemporaryFolder();

        foreach (var frames in new[] { "1", "3" })
        {
            var picture = Path.Combine(folder.FullName, frames + ".webp");

            var (exitCode, _, error) = await Executable.Run(
                "render", "--scene", scene, "--out", picture, "--width", "32", "--height", "32", "--spp", "4",
                "--animation", "Run", "--frame", "2", "--fps", "12", "--frames", frames, "--device", "host");

            Assert.True(exitCode == ExitCodes.Success, error);
            var bytes = await File.ReadAllBytesAsync(picture, TestContext.Current.CancellationToken);
            Assert.Equal("WEBP"u8.ToArray(), bytes[8..12]);
            Assert.Equal(frames == "1" ? 0 : 3, Count(bytes, "ANMF"u8));
        }
    }

    [Fact]
    public async Task A_camera_file_decides_what_is_seen()
    {
        using var folder = new TemporaryFolder();
        var scene = Path.Combine(folder.FullName, "demo.glb");
        await File.WriteAllBytesAsync(scene, CalibrationScene.ToGlb(), TestContext.Current.CancellationToken);
        var pictures = new Dictionary<string, byte[]>(StringComparer.Ordinal);

        foreach (var (name, json) in new[]
        {
            ("near", """{ "position": [ 0, 2, 5 ], "target": [ 0, 1, 0 ], "verticalFov": 30 }"""),
            ("as before", """{ "position": [ 0, 2, 5 ], "target": [ 0, 1, 0 ], "verticalFovDegrees": 30 }"""),
            ("wide", """{ "position": [ 0, 2, 5 ], "target": [ 0, 1, 0 ], "verticalFov": 90 }"""),
        })
        {
            var (exitCode, error, picture) = await Render(json);
            Assert.True(exitCode == ExitCodes.Success, error);
            pictures[name] = picture!;
        }

        Assert.Equal(pictures["near"], pictures["as before"]);
        Assert.NotEqual(pictures["near"], pictures["wide"]);

        foreach (var (json, field) in new[]
        {
            ("""{ "position": [ 1, 2, 3 ], "target": [ 1, 2, 3 ] }""", "target:"),
            ("""{ "position": [ 1, 2 ], "target": [ 1, 2, 3 ] }""", "position:"),
            ("""{ "position": [ 0, 0, 1 ], "target": [ 0, 0, 0 ], "verticalFov": 180 }""", "verticalFov:"),
            ("""{ "position": [ 0, 0, 1 ], "target": [ 0, 0, 0 ], "verticalFov": 9, "verticalFovDegrees": 9 }""",
                "verticalFov:"),
        })
        {
            var (exitCode, error, _) = await Render(json);
            Assert.Equal(ExitCodes.Input, exitCode);
            Assert.Contains(field, error, StringComparison.Ordinal);
        }

        async Task<(int ExitCode, string Error, byte[]? Picture)> Render(string json)
        {
            var camera = Path.Combine(folder.FullName, "camera.json");
            var picture = Path.Combine(folder.FullName, "seen.png");
            File.Delete(picture);
            await File.WriteAllTextAsync(camera, json, TestContext.Current.CancellationToken);
            var (exitCode, _, error) = await Executable.Run(
                "render", "--scene", scene, "--out", picture, "--camera", camera, "--width", "16", "--height", "16",
                "--spp", "1", "--device", "host");

            return (
                exitCode,
                error,
                File.Exists(picture)
                    ? await File.ReadAllBytesAsync(picture, TestContext.Current.CancellationToken)
                    : null);
        }
    }

    [Fact]
    public async Task The_host_is_always_among_the_devices()
    {
        var (exitCode, output, _) = await Executable.Run("devices");

        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("host", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_self_test_passes_on_the_host()
    {
        var (exitCode, output, error) = await Executable.Run("selftest", "--device", "host");

        Assert.True(exitCode == ExitCodes.Success, output + error);
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> word)
    {
        var count = 0;

        for (var at = bytes.IndexOf(word); at >= 0; at = bytes.IndexOf(word))
        {
            count++;
            bytes = bytes[(at + word.Length)..];
        }

        return count;
    }
}
