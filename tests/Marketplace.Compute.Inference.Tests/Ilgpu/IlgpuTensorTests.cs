using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Kernels.Tensor;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

/// <summary>Whole models whose products go to a matrix unit that is played.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class IlgpuTensorTests(KernelDevice device)
{
    private const int Positions = 12;

    /// <summary>What engines on processors may differ by.</summary>
    private const float Tolerance = 2e-5f;

    private static readonly LlamaShape BlockShape =
        RandomLlama.ShapeTiny with { Dimension = 64, FeedForward = 96, Heads = 4, KeyValueHeads = 2 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>
    /// Beyond the first product what differs is what differs in any other order of sums, so the bound is that of the
    /// engines among each other.
    /// </summary>
    [Theory]
    [InlineData("models/stories260K/stories260K-F16.gguf", "fixtures/stories260K-runc-logits-f32.bin")]
    [InlineData("models/tinystories-656K/tinystories-656K-F16.gguf", "fixtures/tinystories-656K-logits-f32.bin")]
    public void Logits_agree_with_those_of_the_processor(string model, string golden)
    {
        SkipUnlessPlayed();
        var tokens = SharedModels.Golden(golden).Tokens[..Positions];
        using var weights = LlamaModel.Open(SharedModels.Find(model));
        using var host = new HostDevice(2);
        using var engine = new InferenceEngine(weights, host);
        var expected = engine.Logits(tokens, Cancel);
        var kernels = new EmulatedKernels(MatrixAdders.Truncating);
        using var llama = new IlgpuLlama(weights, device.Device, (kernels, ""));
        using var sequence = llama.NewSequence(Positions);
        var found = new List<float[]>();

        sequence.AppendAll(tokens, (_, logits) => found.Add(logits.ToArray()));

        Assert.True(kernels.Started is { Few: > 0, Many: > 0 });
        var worst = expected.SelectMany((row, at) => row.Zip(found[at], (a, b) => MathF.Abs(a - b))).Max();
        Assert.True(worst <= Tolerance, $"largest difference {worst}, allowed {Tolerance}");
    }

    [Theory]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.Q8)]
    [InlineData(TensorFormat.Q4)]
    public void A_sequence_in_a_batch_has_the_bits_it_has_alone(TensorFormat format)
    {
        SkipUnlessPlayed();
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, BlockShape, format, seed: 3);
        using var file = new ModelFile(bytes.ToArray());
        using var model = LlamaModel.Open(file.Location);
        var kernels = new EmulatedKernels(MatrixAdders.Truncating);
        using var llama = new IlgpuLlama(model, device.Device, (kernels, ""));

        new BatchCheck(2, 24, 17, 19, Singles: 2).AssertSameBits(llama, model.Shape.Vocabulary, seed: (int)format);

        Assert.All(llama.MatrixPaths, path => Assert.Null(path.Why));
        Assert.True(kernels.Started is { Few: > 0, Many: > 0 });
    }

    private void SkipUnlessPlayed() =>
        Assert.SkipUnless(device.IsInterpreter, "the unit is played in the processor's memory");
}
