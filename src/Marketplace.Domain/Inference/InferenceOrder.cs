using Marketplace.Domain.Market;

namespace Marketplace.Domain.Inference;

/// <summary>
/// A wish for generated text, or for embeddings, as a renter may state it; checked by <see cref="InferenceLimits"/> and
/// <see cref="EmbeddingLimits"/>.
/// </summary>
/// <param name="Model">Name in the model catalogue.</param>
/// <param name="ModelSha256">
/// Hash of the model's file, lower-case hex: what the rig fetches and loads; of several files, that of their list.
/// </param>
/// <param name="ModelBytes">Length of that file, or of all of them.</param>
/// <param name="Prompt">The text to continue; may be empty.</param>
/// <param name="MaxTokens">Tokens to generate at most.</param>
/// <param name="Temperature">
/// 0 is greedy; at most 2. Drawn at <see cref="InferenceLimits.EffectiveTemperature"/>.
/// </param>
/// <param name="Seed">Same seed, same device class: same text.</param>
/// <param name="Needs">What it needs of a device, with the price cap.</param>
/// <param name="DeadlineSeconds">Ends as expired when it has not succeeded by then.</param>
/// <param name="Stop">What ends the text besides the model's own end, or null.</param>
/// <param name="Sampling">What is done to the logits before the draw; null for nothing.</param>
/// <param name="Logprobs">
/// Of how many of the likeliest tokens the log-probability is told besides the drawn one's; null tells none.
/// </param>
/// <param name="Schema">The text is JSON of this JSON schema; null for any text.</param>
/// <param name="Identity">What the name stands for; null for no weights, or while their id is not known.</param>
[GenerateSerializer, Immutable, Alias("InferenceOrder")]
public sealed record InferenceOrder(
    [property: Id(0)] string Model,
    [property: Id(1)] string ModelSha256,
    [property: Id(2)] long ModelBytes,
    [property: Id(3)] string Prompt,
    [property: Id(4)] int MaxTokens,
    [property: Id(5)] double Temperature,
    [property: Id(6)] ulong Seed,
    [property: Id(7)] WorkNeeds Needs,
    [property: Id(8)] int DeadlineSeconds,
    [property: Id(9)] StopStrings? Stop = null,
    [property: Id(10)] SamplingSettings? Sampling = null,
    [property: Id(11)] int? Logprobs = null,
    [property: Id(12)] string? Schema = null,
    [property: Id(13)] ModelIdentity? Identity = null)
{
    /// <summary>Whether the renter wants it checked in any case.</summary>
    [Id(21)]
    public bool IsAlwaysChecked { get; init; }

    /// <summary>
    /// Whether it is a line of a batch, which gives way to what somebody waits for. Set by the market alone.
    /// </summary>
    [Id(23)]
    public bool IsBatch { get; init; }

    /// <summary>
    /// The prompt as token ids; null for a text. With it, <see cref="Prompt"/> is what they spell, for people to read.
    /// </summary>
    [Id(24)]
    public TokenPrompt? Tokens { get; init; }

    /// <summary>
    /// Of how many choices of one answer it makes one; 0 where it makes the whole of it. Told so that a repeat that
    /// asks for more or fewer is known as another request.
    /// </summary>
    [Id(25)]
    public int Choices { get; init; }

    /// <summary>
    /// How the text holds calls of functions, in place of a <see cref="Schema"/>: a form as the engine's grammar of
    /// calls reads it (JSON); null for a text that is held to none. Rigs of before do not know it.
    /// </summary>
    [Id(26)]
    public string? Calls { get; init; }

    /// <summary>
    /// Whether the log-probabilities of the prompt's tokens are told, too; only with <see cref="Tokens"/> and
    /// <see cref="Logprobs"/>, and alone with it no token need be made. Rigs of before do not know it.
    /// </summary>
    [Id(27)]
    public bool TellsPrompt { get; init; }

    /// <summary>Tokens of the prompt whose log-probability is told: all but the first, which follows none.</summary>
    public int PromptTold => TellsPrompt && Tokens is { } prompt ? prompt.Ids.Count - 1 : 0;

    /// <summary>What to embed; null for a text. With it, the prompt is empty and no token may be made.</summary>
    [Id(20)]
    public EmbeddingOrder? Embedding { get; init; }

    /// <summary>The model's files where they are several; null for one of <see cref="ModelSha256"/>.</summary>
    [Id(22)]
    public ModelBundle? Files { get; init; }

    /// <summary>Whether a rig that has the order may fetch the file.</summary>
    public bool IsReadFrom(string sha256) =>
        Files is null ? ModelSha256 == sha256 : Files.Files.Any(file => file.Sha256 == sha256);

    /// <summary>
    /// Whether this asks for the same as another order. The identity and the files follow from the hash, and a model
    /// may get its identity between an order and its repeat; whether it is a line of a batch was not always told, and
    /// there was not always a least temperature.
    /// </summary>
    public bool AsksTheSame(InferenceOrder? other) => Greedy() == other?.As(this).Greedy();

    private InferenceOrder As(InferenceOrder other) =>
        this with { Identity = other.Identity, Files = other.Files, IsBatch = other.IsBatch };

    private InferenceOrder Greedy() =>
        this with { Temperature = InferenceLimits.EffectiveTemperature(Temperature) };
}
