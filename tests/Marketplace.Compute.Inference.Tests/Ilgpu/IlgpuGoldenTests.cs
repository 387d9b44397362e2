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
    [InlineData("models/stories260K/stories260K.gguf", "fixtures/stories260K-runc-logits-f32.bin", 2e-5f)]
    [InlineData("models/tinystories-656K/tinystories-656K-f32.gguf", "fixtures/tinystories-656K-logits-f32.bin", 2e-5f)]
    [InlineData("models/stories260K/stories260K.bin", "fixtures/stories260K-runc-logits-f32.bin", 2e-5f)]
    [InlineData("models/tinystories-656K/model.safetensors", "fixtures/tinystories-656K-logits-f32.bin", 2e-5f)]
    [InlineData("models/stories260K/stories260K-F16.gguf", "fixtures/stories260K-runc-logits-f32.bin", 3e-2f)]
    [InlineData("models/tinystories-656K/tinystories-656K-F16.gguf", "fixtures/tinystories-656K-logits-f32.bin", 2e-2f)]
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

        Assert.Equal(0f, logits.Zip(expected[positions - 1], (a, b) => MathF.Abs(a - b)).Max(), 2e-5f);
    }

    [Theory]
    [InlineData("models/stories260K/stories260K.gguf")]
    [InlineData("models/stories260K/stories260K-F16.gguf")]
    [InlineData("models/tinystories-656K/tinystories-656K-f32.gguf")]
    [InlineData("models/stories260K/stories260K.bin")]
    [InlineData("models/tinystories-656K/tinystories-656K-F16.gguf")]
    [InlineData("models/tinystories-656K/model.safetensors")]
    public void The_reference_text_comes_out(string model)
    {
        var (prompt, expected) = SharedModels.GoldenText(model);
        var count = device.IsInterpreter ? PositionsOnInterpreter : 200;
        using var weights = LlamaModel.Open(SharedModels.Find(model));
        using var engine = new InferenceEngine(weights, device.Device);
        using var text = engine.Begin(new(prompt, count, 0, 0, []));

        var tokens = text.Tokens(Cancel).ToList();
        var written = string.Concat(tokens.Select(token => token.Text));

        Assert.InRange(tokens.Count, PositionsOnInterpreter, count);
        Assert.InRange(written.Length, PositionsOnInterpreter, expected.Length);
        Assert.StartsWith(written, expected, StringComparison.Ordinal);
        Assert.True(device.IsInterpreter || written == expected);
    }
}
