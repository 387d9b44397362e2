using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
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

    private async Task<string> Model(int seed)
    {
        using var file = new MemoryStream();
        RandomLlama.Write(file, RandomLlama.ShapeTiny, TensorFormat.F32, seed);
        file.Position = 0;
        var stored = await _blobs.Put(file, null, file.Length, Cancel);
        return ((Grains.Abstractions.PutBlobOutcome.Stored)stored).Sha256;
    }
}
