using System.Collections.Concurrent;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>Counts prompts with the engine's own tokenizer, read from the head of the model's file and kept.</summary>
internal sealed class PromptCounter(IBlobStore blobs, IOptions<WebOptions> options, TimeProvider clock)
    : IPromptCounter, IDisposable
{
    /// <summary>Tokenizers kept; beyond, the one that was used longest ago goes.</summary>
    public const int TokenizersMax = 16;

    private const int WaitingMax = 1_024;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Tokenizers held now.</summary>
    public int Tokenizers => _kept.Count;

    public Task<int?> Count(string modelSha256, string prompt, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } tokenizer ? tokenizer.Encode(prompt).Count : (int?)null,
        cancel);

    public void Dispose() => _queue.Dispose();

    private async Task<ITokenizer?> Find(string sha256, CancellationToken cancel)
    {
        if (!_kept.TryGetValue(sha256, out var kept))
        {
            if (await ModelFile.Read(blobs, sha256, Open, cancel) is not { } tokenizer)
            {
                return null;
            }

            kept = _kept.GetOrAdd(sha256, new Kept(tokenizer));
        }

        kept.UsedAt = clock.GetTimestamp();

        while (_kept.Count > TokenizersMax)
        {
            _kept.TryRemove(_kept.MinBy(pair => pair.Value.UsedAt).Key, out _);
        }

        return kept.Tokenizer;
    }

    private static ITokenizer? Open(string path)
    {
        try
        {
            using var file = GgufFile.Open(path);
            return ITokenizer.From(file);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private sealed class Kept(ITokenizer tokenizer)
    {
        public ITokenizer Tokenizer => tokenizer;

        public long UsedAt { get; set; }
    }
}
