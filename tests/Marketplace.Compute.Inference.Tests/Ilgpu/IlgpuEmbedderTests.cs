using System.Text.Json;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Ilgpu;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.Ilgpu;

/// <summary>Vectors of texts that the kernels make.</summary>
[Trait("Category", "Kernel")]
[Collection(nameof(KernelDevice))]
public sealed class IlgpuEmbedderTests(KernelDevice device)
{
    /// <summary>A hundredth of what the platform's check of vectors allows.</summary>
    private const double Drift = 1e-5;

    private static readonly LlamaShape BlockShape =
        RandomLlama.ShapeTiny with { Dimension = 256, FeedForward = 512, Heads = 4, KeyValueHeads = 2 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Vectors_are_those_of_llama_cpp()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedModels.Find("fixtures/embeddings.json")));
        using var model = LlamaModel.Open(SharedModels.Find("models/stories260K/stories260K.gguf"));
        using var engine = new InferenceEngine(model, device.Device);
        var embedder = engine.NewEmbedder();

        var vectors = embedder.Embed([embedder.Encode("hello"), embedder.Encode("world")], Cancel);

        foreach (var one in golden.RootElement.GetProperty("data").EnumerateArray())
        {
            var first = one.GetProperty("index").GetInt32() * embedder.Width;
            var cosine = one.GetProperty("embedding").EnumerateArray()
                .Select((number, at) => number.GetDouble() * vectors[first + at]).Sum();
            Assert.InRange(cosine, 1 - 1e-5, 1 + 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(IlgpuBatchTests.Formats), MemberType = typeof(IlgpuBatchTests))]
    public void Every_format_gives_the_vectors_of_the_processor(TensorFormat format)
    {
        var shape = RowFormat.BlockElements(format) == 1 ? RandomLlama.ShapeTiny : BlockShape;
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, shape, format, seed: 7);
        using var file = new ModelFile(bytes.ToArray());
        using var model = LlamaModel.Open(file.Location);
        AssertProcessors(model);
    }

    [Theory]
    [InlineData("mistral", """{"sliding_window": 13}""")]
    [InlineData("qwen2", null)]
    [InlineData("qwen3", """{"head_dim": 8}""")]
    public void Every_architecture_does(string type, string? extra)
    {
        using var folder = new SmallModel(type, extra).WriteFolder();
        using var model = LlamaModel.Open(folder.Location);
        AssertProcessors(model);
    }

    [Fact]
    public void Neighbours_and_the_length_of_a_pass_leave_no_trace()
    {
        using var file = new ModelFile(ModelFile.Tiny());
        using var model = LlamaModel.Open(file.Location);
        using var llama = new IlgpuLlama(model, device.Device);
        var inputs = Inputs(model);

        var together = new Embedder(model, llama).Embed(inputs, Cancel);

        Assert.Equal(together, new Embedder(model, llama, rows: 5).Embed(inputs, Cancel));
        Assert.Equal(
            together[model.Shape.Dimension..][..model.Shape.Dimension],
            new Embedder(model, llama).Embed([inputs[1]], Cancel));
    }

    private void AssertProcessors(LlamaModel model)
    {
        using var workers = new HostWorkers(2);
        using var llama = new IlgpuLlama(model, device.Device);
        var inputs = Inputs(model);
        var expected = new Embedder(model, new HostLlama(model, workers)).Embed(inputs, Cancel);

        var vectors = new Embedder(model, llama).Embed(inputs, Cancel);

        Assert.Equal(expected.Length, vectors.Length);
        Assert.All(expected.Zip(vectors), pair => Assert.InRange(pair.Second - pair.First, -Drift, Drift));
        Assert.NotEqual(vectors[..model.Shape.Dimension], vectors[model.Shape.Dimension..][..model.Shape.Dimension]);
    }

    /// <summary>Several that share a pass, and one that is longer than a pass.</summary>
    private int[][] Inputs(LlamaModel model)
    {
        var random = new Random(5);
        int[] lengths = device.IsInterpreter ? [1, 9, 4] : [1, 9, 4, 70];

        return
        [
            .. lengths.Select(length =>
                Enumerable.Range(0, length).Select(_ => random.Next(model.Shape.Vocabulary)).ToArray()),
        ];
    }
}
