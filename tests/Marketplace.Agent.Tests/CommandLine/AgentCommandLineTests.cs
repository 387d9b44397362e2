using Marketplace.Agent.CommandLine;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.Tests.CommandLine;

public sealed class AgentCommandLineTests
{
    [Theory]
    [InlineData(ExitCodes.Usage, "--model", "generate")]
    [InlineData(ExitCodes.Usage, "--nonsense", "generate", "--nonsense")]
    [InlineData(ExitCodes.Usage, "--threads", "generate", "--model", "m", "--threads", "0", "--device", "host")]
    [InlineData(ExitCodes.Usage, "--max-tokens", "generate", "--model", "m", "--max-tokens", "-1")]
    [InlineData(ExitCodes.Usage, "--temperature", "generate", "--model", "m", "--temperature", "NaN")]
    [InlineData(ExitCodes.Usage, "--device", "generate", "--model", "m", "--device", "abacus")]
    [InlineData(ExitCodes.Usage, "--positions", "calibrate", "--model", "m", "--positions", "0")]
    [InlineData(ExitCodes.Input, "--model", "calibrate", "--model", "/no/such/model", "--device", "host")]
    [InlineData(ExitCodes.Usage, "--model", "model-id")]
    [InlineData(ExitCodes.Input, "--model", "model-id", "--model", "/no/such/model")]
    [InlineData(ExitCodes.Usage, "--width", "render", "--scene", "s", "--out", "o.png", "--width", "0")]
    [InlineData(ExitCodes.Usage, "--url", "enrol", "--url", "ftp://x", "--code", "c", "--region", "r", "--data", "d")]
    [InlineData(ExitCodes.Usage, "--slots", "enrol", "--url", "http://x", "--code", "c", "--region", "r", "--data", "d", "--slots", "0")]
    [InlineData(ExitCodes.Input, "--model", "generate", "--model", "/no/such/model", "--device", "host")]
    [InlineData(ExitCodes.Input, "--scene", "render", "--scene", "/no/such/scene.glb", "--out", "o.png", "--device", "host")]
    [InlineData(ExitCodes.Input, "--out", "render", "--scene", "s", "--out", "/no/such/folder/o.png")]
    [InlineData(ExitCodes.Usage, ".png, .webp, .exr", "render", "--scene", "s", "--out", "o.jpg")]
    [InlineData(ExitCodes.Usage, ".png, .webp, .exr", "render", "--scene", "s", "--out", "png")]
    [InlineData(ExitCodes.Usage, "--indirect-max", "render", "--scene", "s", "--out", "o.png", "--indirect-max", "-1")]
    [InlineData(ExitCodes.Usage, "--frames", "render", "--scene", "s", "--out", "o.webp", "--frames", "241")]
    [InlineData(ExitCodes.Usage, "--frames", "render", "--scene", "s", "--out", "o.png", "--frames", "2", "--device", "host")]
    [InlineData(ExitCodes.Input, "--data", "run", "--data", "/no/such/data")]
    public async Task A_mistake_is_one_line_that_names_the_option(int exitCode, string named, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        Assert.Equal(exitCode, await AgentCommandLine.Run(arguments, output, error));

        var lines = error.ToString().TrimEnd().Split('\n');
        Assert.Single(lines);
        Assert.Contains(named, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", lines[0], StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    [Fact]
    public void A_bound_of_minus_zero_is_zero() =>
        Assert.Equal(0, BitConverter.SingleToInt32Bits(RenderCommand.Bound(-0f)));

    [Fact]
    public async Task The_id_of_a_model_is_printed_alone()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullName, "tiny.gguf");
        using (var file = File.Create(path))
        {
            RandomLlama.Write(file, RandomLlama.ShapeTiny, TensorFormat.F32, 1);
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(
            ExitCodes.Success, await AgentCommandLine.Run(["model-id", "--model", path], output, error));

        using var model = LlamaModel.Open(path);
        Assert.Equal(model.Id.Value, output.ToString().TrimEnd());
        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_named_with_the_offset()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.FullName, "m.gguf");
        await File.WriteAllTextAsync(path, new string('x', 64), TestContext.Current.CancellationToken);
        using var error = new StringWriter();

        var exitCode = await AgentCommandLine.Run(["generate", "--model", path, "--device", "host"], TextWriter.Null, error);

        Assert.Equal(ExitCodes.Input, exitCode);
        Assert.Contains(path, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("byte 0", error.ToString(), StringComparison.Ordinal);
    }
}
