using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>Counts the tokens of a prompt as a model would; its work is done off the grain's thread.</summary>
public interface IPromptCounter
{
    /// <summary>Tokens of the prompt, or null when the model's file cannot be read.</summary>
    /// <exception cref="TimeoutException">Too much waits to be counted; try again later.</exception>
    Task<int?> Count(string modelSha256, string prompt, CancellationToken cancel = default);

    /// <summary>What token ids stand for, or null when the model's file cannot be read.</summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<SpeltTokens?> Spell(string modelSha256, TokenPrompt tokens, CancellationToken cancel = default);

    /// <summary>Tokens of inputs that are to become vectors, and the vectors' width.</summary>
    /// <exception cref="TimeoutException">Too much waits to be counted; try again later.</exception>
    Task<MeasureOutcome> Measure(
        string modelSha256, IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default);
}
