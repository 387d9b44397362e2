using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Host.Inference;
using Marketplace.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Inference;

public sealed class PromptCounterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("prompt-counter-").FullName;
    private readonly FileBlobStore _blobs;
    private readonly PromptCounter _counter;

    public PromptCounterTests()
    {
        _blobs = new FileBlobStore(_folder, TimeProvider.System);
        _counter = new PromptCounter(_blobs, Options.Create(new WebOptions()), TimeProvider.System);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_has_the_tokens_that_the_models_own_tokenizer_makes_of_it()
    {
        var sha256 = await Model(1);
        using var model = LlamaModel.Open(Path.Combine(_folder, "sha256", sha256[..2], sha256));

        foreach (var prompt in (string[])["", "Once upon a time", "grüße €", new('x', 10_000)])
        {
            Assert.Equal(model.Tokenizer.Encode(prompt).Count, await _counter.Count(sha256, prompt, Cancel));
        }
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_no_model_counts_nothing()
    {
        using var bytes = new MemoryStream([1, 2, 3]);
        var stored = (Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(bytes, null, 10, Cancel);

        Assert.Null(await _counter.Count(new string('0', 64), "a", Cancel));
        Assert.Null(await _counter.Count(stored.Sha256, "a", Cancel));
    }

    /// <summary>It was a model when it was registered: what is not there now is the store's fault, and may come back.</summary>
    [Fact]
    public async Task A_file_that_is_not_there_or_no_model_says_nothing_of_conversations()
    {
        using var bytes = new MemoryStream([1, 2, 3]);
        var stored = (Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(bytes, null, 10, Cancel);

        await Assert.ThrowsAsync<IOException>(() => _counter.ReadChat(new string('0', 64), Cancel));
        await Assert.ThrowsAsync<IOException>(() => _counter.ReadChat(stored.Sha256, Cancel));
        Assert.Null((await _counter.ReadChat(await Model(1), Cancel)).Template);
    }

    [Fact]
    public async Task Inputs_of_embeddings_are_measured_as_they_will_be_embedded()
    {
        var sha256 = await Model(1);
        using var model = LlamaModel.Open(Path.Combine(_folder, "sha256", sha256[..2], sha256));

        var measured = Assert.IsType<MeasureOutcome.Measured>(
            await _counter.Measure(sha256, [new("Once upon a time"), new(null, [1, 2, 3]), new("€")], Cancel));

        Assert.Equal((model.Shape.Dimension, model.Shape.Vocabulary), (measured.Width, measured.Vocabulary));
        Assert.Equal(
            [model.Tokenizer.Encode("Once upon a time").Count, 3, model.Tokenizer.Encode("€").Count], measured.Tokens);
        Assert.IsType<MeasureOutcome.Unreadable>(await _counter.Measure(new string('0', 64), [new("a")], Cancel));
    }

    [Theory]
    [InlineData("llama.pooling_type", 4u, "rank")]
    [InlineData("llama.attention.causal", false, "both directions")]
    public async Task A_model_that_makes_no_embeddings_counts_prompts_and_says_why(string key, object value, string why)
    {
        var sha256 = await Words((key, value));

        Assert.NotNull(await _counter.Count(sha256, "t5", Cancel));
        var unfit = Assert.IsType<MeasureOutcome.Unfit>(await _counter.Measure(sha256, [new("t5")], Cancel));
        Assert.Contains(why, unfit.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_token_that_the_file_asks_for_is_counted()
    {
        var (plain, ended) = (await Words(("x", 1u)), await Words(("tokenizer.ggml.add_eos_token", true)));

        Assert.Equal(await Tokens(plain) + 1, await Tokens(ended));

        async Task<int> Tokens(string sha256) => Assert.IsType<MeasureOutcome.Measured>(
            await _counter.Measure(sha256, [new("t5")], Cancel)).Tokens.Single();
    }

    [Fact]
    public async Task Few_tokenizers_are_kept_however_many_models_there_are()
    {
        for (var seed = 0; seed < PromptCounter.TokenizersMax + 3; seed++)
        {
            Assert.NotNull(await _counter.Count(await Model(seed), "a", Cancel));
        }

        Assert.Equal(PromptCounter.TokenizersMax, _counter.Tokenizers);
    }

    public void Dispose()
    {
        _counter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A file of a vocabulary alone, which is all that is read for counting.</summary>
    private async Task<string> Words((string Key, object Value) more)
    {
        var writer = new GgufWriter();
        writer.Add("general.architecture", "llama");
        writer.Add("llama.embedding_length", 24u);
        writer.Add("tokenizer.ggml.model", "llama");
        writer.Add("tokenizer.ggml.tokens", Enumerable.Range(0, 40).Select(id => $"t{id}").ToArray());
        writer.Add("tokenizer.ggml.token_type", Enumerable.Range(0, 40).Select(id => id < 3 ? 3 : 1).ToArray());
        writer.Add(more.Key, more.Value);
        using var file = new MemoryStream();
        writer.Write(file);
        file.Position = 0;
        return ((Grains.Abstractions.PutBlobOutcome.Stored)await _blobs.Put(file, null, file.Length, Cancel)).Sha256;
    }

    private async Task<string> Model(int seed)
    {
        using var file = new MemoryStream();
        RandomLlama.Write(file, RandomLlama.ShapeTiny, TensorFormat.F32, seed);
        file.Position = 0;
        var stored = await _blobs.Put(file, null, file.Length, Cancel);
        return ((Grains.Abstractions.PutBlobOutcome.Stored)stored).Sha256;
    }
}
