using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

/// <summary>Whole models whose weights are stored in each of the formats, on the kernels and on the processor.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public class IlgpuFormatTests(KernelDevice device)
{
    private const float Tolerance = 2e-5f;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(ModelFile.Formats), MemberType = typeof(ModelFile))]
    public void Logits_are_those_of_the_processor(TensorFormat format)
    {
        int[] tokens = device.IsInterpreter ? [1, 70, 105] : [1, .. Enumerable.Range(0, 40).Select(at => 3 + (at * 53 % 256))];
        using var file = new ModelFile(ModelFile.Tiny(format));
        using var weights = LlamaModel.Open(file.Location);
        using var processor = new HostDevice(2);
        using var host = new InferenceEngine(weights, processor);
        using var kernels = new InferenceEngine(weights, device.Device);

        var expected = host.Logits(tokens, Cancel);
        var found = kernels.Logits(tokens, Cancel);

        Assert.Equal(format, weights.WeightFormat);
        Assert.Equal(tokens.Length, found.Count);
        Assert.All(expected, row => Assert.InRange(row.Max() - row.Min(), 1, 100));
        var worst = found.SelectMany((row, at) => row.Zip(expected[at], (a, b) => MathF.Abs(a - b))).Max();
        Assert.True(worst <= Tolerance, $"largest difference {worst}, allowed {Tolerance}");
    }
}
