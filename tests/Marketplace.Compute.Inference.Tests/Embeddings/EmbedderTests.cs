using System.Text.Json;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Host;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;

namespace Marketplace.Compute.Inference.Tests.Embeddings;

/// <summary>Vectors of texts: against llama.cpp's, and that nothing but the tokens and the model decides their bits.</summary>
public sealed class EmbedderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("models/stories260K/stories260K.gguf", 1e-5)]
    [InlineData("models/stories260K/stories260K.bin", 1e-5)]
    [InlineData("models/stories260K/stories260K-F16.gguf", 1e-4)]
    public void Vectors_are_those_of_llama_cpp(string path, double distance)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedModels.Find("fixtures/embeddings.json")));
        var expected = golden.RootElement.GetProperty("data").EnumerateArray()
            .OrderBy(one => one.GetProperty("index").GetInt32())
            .Select(one => one.GetProperty("embedding").EnumerateArray().Select(x => x.GetDouble()).ToArray())
            .ToArray();
        using var model = LlamaModel.Open(SharedModels.Find(path));
        using var workers = new HostWorkers(2);
        var embedder = new Embedder(model, new HostLlama(model, workers));
        IReadOnlyList<int>[] inputs = [embedder.Encode("hello"), embedder.Encode("world")];

        var vectors = embedder.Embed(inputs, Cancel);

        Assert.Equal(
            golden.RootElement.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(),
            inputs.Sum(input => input.Count));

        for (var at = 0; at < expected.Length; at++)
        {
            var cosine = Cosine(expected[at], vectors.AsSpan(at * embedder.Width, embedder.Width));
            Assert.True(cosine > 1 - distance, $"input {at}: cosine {cosine:R}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(512)]
    public void The_length_of_a_pass_leaves_no_trace(int rows)
    {
        using var model = TinyModel(out var file);
        using var gone = file;
        using var workers = new HostWorkers(2);
        var inputs = Inputs(model, seed: 5);

        var expected = new Embedder(model, new HostLlama(model, workers)).Embed(inputs, Cancel);

        Assert.Equal(expected, new Embedder(model, new HostLlama(model, workers), rows).Embed(inputs, Cancel));
    }

    [Fact]
    public void Neighbours_and_their_order_leave_no_trace()
    {
        using var model = TinyModel(out var file);
        using var gone = file;
        using var workers = new HostWorkers(2);
        var embedder = new Embedder(model, new HostLlama(model, workers));
        var inputs = Inputs(model, seed: 6);
        int[] order = [.. Enumerable.Range(0, inputs.Length).OrderBy(at => (at * 7) % inputs.Length)];

        var together = embedder.Embed(inputs, Cancel);
        var mixed = embedder.Embed([.. order.Select(at => inputs[at])], Cancel);

        for (var at = 0; at < inputs.Length; at++)
        {
            var vector = Of(together, at, embedder);
            Assert.Equal(embedder.Embed([inputs[at]], Cancel), vector);
            Assert.Equal(Of(mixed, Array.IndexOf(order, at), embedder), vector);
            Assert.InRange(vector.Sum(x => (double)x * x), 1 - 1e-6, 1 + 1e-6);
        }

        Assert.NotEqual(Of(together, 0, embedder), Of(together, 1, embedder));
    }

    [Theory]
    [InlineData(null, Pooling.Mean)]
    [InlineData(0u, Pooling.Mean)]
    [InlineData(1u, Pooling.Mean)]
    [InlineData(2u, Pooling.First)]
    [InlineData(3u, Pooling.Last)]
    public void Pooling_is_what_the_file_names(uint? type, Pooling expected)
    {
        using var file = new SmallModel("qwen3").WriteGguf(writer =>
        {
            if (type is { } named)
            {
                writer.Add("qwen3.pooling_type", named);
            }
        });
        using var model = LlamaModel.Open(file.Location);
        using var workers = new HostWorkers(1);
        var embedder = new Embedder(model, new HostLlama(model, workers));
        int[] text = [5, 6, 7, 8, 9];

        var vector = embedder.Embed([text], Cancel);

        Assert.Equal(expected, model.EmbeddingRule.Pooling);

        // A token sees nothing of those after it: the first one's state is that of a text of it alone, and the last
        // one's is not.
        var first = embedder.Embed([text[..1]], Cancel);
        var near = Cosine([.. first.Select(x => (double)x)], vector);
        Assert.Equal(expected == Pooling.First, near > 1 - 1e-6);

        // Another first token changes the mean and, through attention, the last state; another last one only leaves
        // the first.
        var other = embedder.Embed([[.. text[..^1], 30]], Cancel);
        Assert.Equal(expected == Pooling.First, other.AsSpan().SequenceEqual(vector));
    }

    [Fact]
    public void The_last_state_is_not_the_mean()
    {
        using var last = new SmallModel("qwen3").WriteGguf(writer => writer.Add("qwen3.pooling_type", 3u));
        using var mean = new SmallModel("qwen3").WriteGguf();
        using var workers = new HostWorkers(1);
        using var lastModel = LlamaModel.Open(last.Location);
        using var meanModel = LlamaModel.Open(mean.Location);
        int[] text = [5, 6, 7, 8, 9];

        Assert.NotEqual(
            new Embedder(meanModel, new HostLlama(meanModel, workers)).Embed([text], Cancel),
            new Embedder(lastModel, new HostLlama(lastModel, workers)).Embed([text], Cancel));
        Assert.Equal(
            new Embedder(meanModel, new HostLlama(meanModel, workers)).Embed([text[..1]], Cancel),
            new Embedder(lastModel, new HostLlama(lastModel, workers)).Embed([text[..1]], Cancel));
    }

    [Theory]
    [InlineData("pooling_type", 4u, "qwen3.pooling_type is 4, rank")]
    [InlineData("attention.causal", false, "qwen3.attention.causal is false")]
    public void A_model_that_makes_no_such_vectors_is_refused_by_name_and_still_opens(
        string key, object value, string offence)
    {
        using var file = new SmallModel("qwen3").WriteGguf(writer => writer.Add($"qwen3.{key}", value));
        using var model = LlamaModel.Open(file.Location);
        using var workers = new HostWorkers(1);

        var fault = Assert.Throws<ModelFormatException>(() => new Embedder(model, new HostLlama(model, workers)));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_ends_with_the_end_token_where_the_file_says_so()
    {
        using var file = new SmallModel("llama").WriteGguf(
            writer => writer.Add("tokenizer.ggml.add_eos_token", true));
        using var model = LlamaModel.Open(file.Location);
        using var workers = new HostWorkers(1);
        var embedder = new Embedder(model, new HostLlama(model, workers));

        var tokens = embedder.Encode("t5");

        Assert.Equal(model.Tokenizer.Begin, tokens[0]);
        Assert.Equal(model.Tokenizer.End, tokens[^1]);
        Assert.Equal([.. model.Tokenizer.Encode("t5"), model.Tokenizer.End], tokens);
    }

    [Fact]
    public void What_cannot_be_embedded_is_refused()
    {
        using var model = TinyModel(out var file);
        using var gone = file;
        using var workers = new HostWorkers(1);
        var embedder = new Embedder(model, new HostLlama(model, workers));
        var vocabulary = model.Shape.Vocabulary;

        Assert.Empty(embedder.Embed([], Cancel));
        Assert.Contains(
            "input 1 has no tokens",
            Assert.Throws<ArgumentException>(() => embedder.Embed([[1], []], Cancel)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => embedder.Embed([[vocabulary]], Cancel));
        Assert.Throws<ArgumentException>(() => embedder.Embed([[-1]], Cancel));
        var fault = Assert.Throws<PromptTooLongException>(
            () => embedder.Embed([new int[model.Shape.Context + 1]], Cancel));
        Assert.Equal((model.Shape.Context + 1, model.Shape.Context), (fault.Tokens, fault.Context));
        Assert.Throws<OperationCanceledException>(() => embedder.Embed([[1]], new CancellationToken(canceled: true)));
    }

    private static float[] Of(float[] vectors, int at, Embedder embedder) =>
        vectors[(at * embedder.Width)..((at + 1) * embedder.Width)];

    private static LlamaModel TinyModel(out ModelFile file)
    {
        file = new ModelFile(ModelFile.Tiny());
        return LlamaModel.Open(file.Location);
    }

    /// <summary>Inputs of one token to several passes.</summary>
    private static int[][] Inputs(LlamaModel model, int seed)
    {
        var random = new Random(seed);
        var longest = Math.Min(200, model.Shape.Context);
        int[] lengths = [1, 63, 2, 64, 65, 17, 1, 1, longest, 30, 30, 4];

        return
        [
            .. lengths.Select(length =>
                Enumerable.Range(0, length).Select(_ => random.Next(model.Shape.Vocabulary)).ToArray()),
        ];
    }

    private static double Cosine(double[] a, ReadOnlySpan<float> b)
    {
        var (dot, left, right) = (0.0, 0.0, 0.0);

        for (var at = 0; at < a.Length; at++)
        {
            dot += a[at] * b[at];
            left += a[at] * a[at];
            right += (double)b[at] * b[at];
        }

        return dot / Math.Sqrt(left * right);
    }
}
