using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
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

    /// <summary>
    /// A prompt's parts cut into tokens, behind the begin token where the model wants one; no ids where there are none,
    /// or where the model lacks a mark. Null when the model's file cannot be read.
    /// </summary>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<TokenPrompt?> Cut(
        string modelSha256, IReadOnlyList<PromptPart> parts, CancellationToken cancel = default);

    /// <summary>
    /// A prompt's tokens with their letters and what a device's records say of them; null when the model's file cannot
    /// be read.
    /// </summary>
    /// <param name="modelSha256">The model's file.</param>
    /// <param name="prompt">Its tokens.</param>
    /// <param name="records">Of every one but the first, which <see cref="LogitPrompt.WhyNone"/> has passed.</param>
    /// <param name="count">Of how many of the likeliest tokens in each place it is told.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="TimeoutException">Too much waits to be read; try again later.</exception>
    Task<IReadOnlyList<Token>?> Tell(
        string modelSha256,
        TokenPrompt prompt,
        IReadOnlyList<LogitRecord> records,
        int count,
        CancellationToken cancel = default);

    /// <summary>Tokens of inputs that are to become vectors, and the vectors' width.</summary>
    /// <exception cref="TimeoutException">Too much waits to be counted; try again later.</exception>
    Task<MeasureOutcome> Measure(
        string modelSha256, IReadOnlyList<EmbeddingInput> inputs, CancellationToken cancel = default);
}
