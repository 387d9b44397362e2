using System.Collections.Concurrent;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Renders;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Readers that believe everything, and an assembler that only remembers what it was asked.</summary>
internal sealed class FakeReaders : ISceneReader, IModelReader, IPromptCounter, IFrameAssembler
{
    public ConcurrentQueue<FrameOrder> Asked { get; } = new();

    /// <summary>Tokens of known prompts; of others the provider's word is taken.</summary>
    public ConcurrentDictionary<string, int> Prompts { get; } = new(StringComparer.Ordinal);

    /// <summary>Prompts whose count fails.</summary>
    public ConcurrentDictionary<string, Exception> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of known files, as they come; that of any other is its hash.</summary>
    public ConcurrentDictionary<string, Task<string?>> Identified { get; } = new(StringComparer.Ordinal);

    public Task<int?> Count(string modelSha256, string prompt, CancellationToken cancel = default) =>
        Faults.TryGetValue(prompt, out var fault)
            ? Task.FromException<int?>(fault)
            : Task.FromResult(Prompts.TryGetValue(prompt, out var tokens) ? tokens : (int?)null);

    public Task<SpeltTokens?> Spell(
        string modelSha256, TokenPrompt tokens, CancellationToken cancel = default) =>
        Task.FromResult<SpeltTokens?>(new(100, null, string.Concat(tokens.Ids)));

    public Task<TokenPrompt?> Cut(
        string modelSha256, IReadOnlyList<PromptPart> parts, CancellationToken cancel = default) =>
        Task.FromResult<TokenPrompt?>(new([.. parts.SelectMany(part => part.Text).Select(letter => (int)letter)]));

    public Task<IReadOnlyList<Token>?> Tell(
        string modelSha256,
        TokenPrompt prompt,
        IReadOnlyList<LogitRecord> records,
        int count,
        CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<Token>?>([.. prompt.Ids.Select((id, at) => new Token(id, $"{id}", at == 0
            ? null
            : [.. records[at - 1].Top.Take(1 + count).Select(one => new TokenProbability(one.Token, [], one.Logprob))]))]);

    public Task<MeasureOutcome> Measure(
        string modelSha256, IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default) =>
        Task.FromResult<MeasureOutcome>(new MeasureOutcome.Measured(
            4, 100, [.. inputs.Select(input => input.Text?.Length ?? input.Tokens!.Count)]));

    public Task<SceneReading> Read(
        AccountId account, SceneManifest manifest, CancellationToken cancel = default) =>
        Task.FromResult<SceneReading>(new SceneReading.Facts(12, 0, 1_000, ["main"], [], []));

    public Task<ModelReading> Read(string sha256, CancellationToken cancel = default) =>
        Task.FromResult<ModelReading>(new ModelReading.Facts("llama", 260_000, 512, "F32"));

    public Task<string?> Identify(string sha256, CancellationToken cancel = default) =>
        Identified.TryGetValue(sha256, out var id) ? id : Task.FromResult<string?>(sha256);

    public Task Assemble(FrameOrder frame, CancellationToken cancel = default)
    {
        Asked.Enqueue(frame);
        return Task.CompletedTask;
    }
}
