using System.Collections.Concurrent;
using System.Text;
using Marketplace.Api.Inference;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tokenizers;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Inference;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>
/// Counts prompts with the engine's own tokenizer, read from the head of the model's file and kept, and tells what the
/// file says of conversations.
/// </summary>
internal sealed class PromptCounter(IBlobStore blobs, IOptions<WebOptions> options, TimeProvider clock)
    : IPromptCounter, IChatReader, IDisposable
{
    /// <summary>Tokenizers kept; beyond, the one that was used longest ago goes.</summary>
    public const int TokenizersMax = 16;

    private const int WaitingMax = 1_024;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);
    private readonly ConcurrentDictionary<string, Kept> _kept = new(StringComparer.Ordinal);

    /// <summary>Tokenizers held now.</summary>
    public int Tokenizers => _kept.Count;

    public Task<int?> Count(string modelSha256, string prompt, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } kept ? kept.Tokenizer.Encode(prompt).Count : (int?)null,
        cancel);

    public Task<SpeltTokens?> Spell(
        string modelSha256, TokenPrompt tokens, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } kept ? Spell(kept.Tokenizer, tokens.Ids) : null,
        cancel);

    public Task<TokenPrompt?> Cut(
        string modelSha256, IReadOnlyList<PromptPart> parts, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } kept
            ? new TokenPrompt(CutPrompt.Of(kept.Tokenizer, parts))
            : null,
        cancel);

    public Task<IReadOnlyList<Token>?> Tell(
        string modelSha256,
        TokenPrompt prompt,
        IReadOnlyList<LogitRecord> records,
        int count,
        CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } kept
            ? ToldPrompt.Of(kept.Tokenizer, prompt.Ids, records, count)
            : null,
        cancel);

    public Task<ModelChat> ReadChat(string modelSha256, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) is { } kept
            ? kept.Chat()
            : throw new IOException($"The file {modelSha256} of a model is not there, or no model any more."),
        cancel);

    public Task<MeasureOutcome> Measure(
        string modelSha256, IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default) => _queue.Run(
        async () => await Find(modelSha256, cancel) switch
        {
            null => new MeasureOutcome.Unreadable(),
            { Rule: null } kept => new MeasureOutcome.Unfit(kept.WhyUnfit!),
            { Rule: { } rule } kept => (MeasureOutcome)new MeasureOutcome.Measured(
                kept.Width,
                kept.Tokenizer.Count,
                [
                    .. inputs.Select(input => input.Text is { } text
                        ? rule.Encode(kept.Tokenizer, text).Count
                        : input.Tokens!.Count),
                ]),
        },
        cancel);

    public void Dispose() => _queue.Dispose();

    private static SpeltTokens Spell(ITokenizer tokenizer, IReadOnlyList<int> ids)
    {
        using var bytes = new MemoryStream();

        for (var at = 0; at < ids.Count; at++)
        {
            if (ids[at] < 0 || ids[at] >= tokenizer.Count)
            {
                return new(tokenizer.Count, at, string.Empty);
            }

            // Behind the begin token too, the blank that encoding puts in front is none of the text.
            bytes.Write(tokenizer.Decode(ids[at], isFirst: at == 0 || (at == 1 && ids[0] == tokenizer.Begin)));
        }

        return new(tokenizer.Count, null, Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private async Task<Kept?> Find(string sha256, CancellationToken cancel)
    {
        if (!_kept.TryGetValue(sha256, out var kept))
        {
            if (await Open(sha256, cancel) is not { } opened)
            {
                return null;
            }

            kept = _kept.GetOrAdd(sha256, opened);
        }

        kept.UsedAt = clock.GetTimestamp();

        while (_kept.Count > TokenizersMax)
        {
            _kept.TryRemove(_kept.MinBy(pair => pair.Value.UsedAt).Key, out _);
        }

        return kept;
    }

    private async Task<Kept?> Open(string sha256, CancellationToken cancel)
    {
        try
        {
            return await ModelFile.Read(blobs, sha256, Open, cancel);
        }
        catch (ModelFormatException)
        {
            return null;
        }
    }

    private static Kept Open(StoredModel stored)
    {
        if (stored.Files is null)
        {
            using var file = GgufFile.Open(stored.Path!);
            return new Kept(file);
        }

        using var model = stored.Open();
        return new Kept(model);
    }

    /// <summary>What was read of a model's file.</summary>
    private sealed class Kept
    {
        private readonly (string? Chat, string? Tools) _templates;

        public Kept(GgufFile file)
        {
            Tokenizer = ITokenizer.From(file);
            _templates = (file.FindText(GgufFile.ChatTemplateKey), file.FindText(GgufFile.ToolTemplateKey));
            Width = file.Number($"{file.Text("general.architecture")}.embedding_length", 0, int.MaxValue, 0);

            try
            {
                Rule = EmbeddingRule.From(file);
            }
            catch (ModelFormatException fault)
            {
                WhyUnfit = fault.Message;
            }
        }

        public Kept(LlamaModel model)
        {
            Tokenizer = model.Tokenizer;
            _templates = (model.ChatTemplate, model.ToolTemplate);
            Width = model.Shape.Dimension;
            Rule = model.EmbeddingRule;
        }

        public ITokenizer Tokenizer { get; }

        /// <summary>Numbers of one vector.</summary>
        public int Width { get; }

        /// <summary>How the model makes vectors; null where it makes none.</summary>
        public EmbeddingRule? Rule { get; }

        public string? WhyUnfit { get; }

        public long UsedAt { get; set; }

        public ModelChat Chat() => new(
            _templates.Chat,
            _templates.Tools,
            Tokenizer.Begin != Tokenizer.End || Tokenizer.AddsBegin ? Tokenizer.TextOf(Tokenizer.Begin) : null,
            Tokenizer.TextOf(Tokenizer.End),
            Tokenizer.AddsBegin,
            [.. Tokenizer.Marks.Where(mark => mark.IsControl).Select(mark => mark.Text)],
            [.. Tokenizer.Marks.Where(mark => !mark.IsControl).Select(mark => mark.Text)]);
    }
}
