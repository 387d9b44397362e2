using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

/// <summary>The kernels together against the logits of independent engines.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class IlgpuGoldenTests(KernelDevice device)
{
    private const int PositionsOnInterpreter = 6;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("models/stories260K/stories260K.gguf", "fixtures/stories260K-runc-logits-f32.bin", 1e-4f)]
    [InlineData("models/tinystories-656K/tinystories-656K-f32.gguf", "fixtures/tinystories-656K-logits-f32.bin", 1e-4f)]
    [InlineData("models/stories260K/stories260K.bin", "fixtures/stories260K-runc-logits-f32.bin", 1e-4f)]
    [InlineData("models/tinystories-656K/model.safetensors", "fixtures/tinystories-656K-logits-f32.bin", 1e-4f)]
    [InlineData("models/stories260K/stories260K-F16.gguf", "fixtures/stories260K-runc-logits-f32.bin", 3e-2f)]
    public void Logits_agree_with_the_reference(string model, string golden, float tolerance)
    {
        var (tokens, expected) = SharedModels.Golden(golden);
        var positions = device.IsInterpreter ? PositionsOnInterpreter : tokens.Length;
        using var weights = LlamaModel.Open(SharedModels.Find(model));
        using var engine = new InferenceEngine(weights, device.Device);

        var logits = engine.Logits(tokens[..positions], Cancel);

        var worst = logits.SelectMany((row, at) => row.Zip(expected[at], (a, b) => MathF.Abs(a - b))).Max();
        Assert.True(worst <= tolerance, $"largest difference {worst}, allowed {tolerance}");
    }

    [Fact]
    public void A_prompt_in_one_call_gives_the_logits_of_token_by_token()
    {
        var (tokens, expected) = SharedModels.Golden("fixtures/stories260K-runc-logits-f32.bin");
        var positions = device.IsInterpreter ? PositionsOnInterpreter + 1 : 71;
        using var weights = LlamaModel.Open(SharedModels.Stories260K);
        using var llama = new IlgpuLlama(weights, device.Device);
        using var sequence = llama.NewSequence(positions);

        var logits = sequence.Append(tokens.AsSpan(0, positions)).ToArray();

        Assert.Equal(0f, logits.Zip(expected[positions - 1], (a, b) => MathF.Abs(a - b)).Max(), 1e-4f);
    }

    [Fact]
    public void The_reference_text_comes_out()
    {
        var expected = File.ReadAllText(SharedModels.Find("fixtures/stories260K-greedy200.txt")).TrimEnd('\n');
        var count = device.IsInterpreter ? PositionsOnInterpreter : 200;
        using var weights = LlamaModel.Open(SharedModels.Stories260K);
        using var engine = new InferenceEngine(weights, device.Device);
        using var text = engine.Begin(new("", count, 0, 0, []));

        var written = string.Concat(text.Tokens(Cancel).Select(token => token.Text));

        Assert.NotEmpty(written);
        Assert.StartsWith(written, expected, StringComparison.Ordinal);
        Assert.True(device.IsInterpreter || written == expected);
    }
}
