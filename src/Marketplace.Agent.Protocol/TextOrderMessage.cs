using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A text order.</summary>
/// <param name="Prefix">Tokens of an earlier attempt that the renter has already: go on after them.</param>
/// <param name="Stop">
/// The text ends with the token that completes one of these; null for none. Since protocol 1 it may be missing.
/// </param>
/// <param name="Sampling">What is done to the logits before the draw; null for nothing.</param>
/// <param name="Logprobs">
/// Of how many of the likeliest tokens each token tells the probability besides its own; null for none at all.
/// </param>
/// <param name="Schema">The text is JSON of this JSON schema; null for any text.</param>
/// <param name="Tenant">
/// Whose text it is, under a name of this device alone: texts of one tenant may share what was read of a common
/// beginning, those of different tenants may not. Null for a tenant of its own.
/// </param>
/// <param name="Files">
/// The model's files where they are several: then <paramref name="ModelSha256"/> is the hash of their list and
/// <paramref name="ModelBytes"/> their sum, and nothing is fetched by that hash.
/// </param>
/// <param name="ModelId">
/// What the text is bound to, where it is known: see <c>LogitHeader</c>; null binds to the hash.
/// </param>
/// <param name="IsBatch">Whether nobody waits for it right now: it gives way to texts that somebody waits for.</param>
/// <param name="PromptTokens">
/// The prompt as ids of the model's tokens, to which nothing is added; null where <paramref name="Prompt"/> is to be
/// cut into tokens. With it, that is empty. Sent to rigs alone that say so (<see cref="ModelsMessage"/>).
/// </param>
/// <param name="Calls">
/// How the text holds calls of functions, in place of a schema; null for a text that is held to none. Sent to rigs
/// alone that say that they hold it (<see cref="ModelsMessage"/>).
/// </param>
/// <param name="TellsPrompt">
/// Whether the prompt's tokens from the second on have records, too, before those of the text. Only with
/// <paramref name="PromptTokens"/>, without a prefix, and sent to rigs alone that say that they do
/// (<see cref="ModelsMessage"/>).
/// </param>
[MessagePackObject]
public sealed record TextOrderMessage(
    [property: Key(0)] string Model,
    [property: Key(1)] string ModelSha256,
    [property: Key(2)] long ModelBytes,
    [property: Key(3)] string Prompt,
    [property: Key(4)] int MaxTokens,
    [property: Key(5)] double Temperature,
    [property: Key(6)] ulong Seed,
    [property: Key(7)] TokenMessage[] Prefix,
    [property: Key(8)] string[]? Stop = null,
    [property: Key(9)] SamplingMessage? Sampling = null,
    [property: Key(10)] int? Logprobs = null,
    [property: Key(11)] string? Schema = null,
    [property: Key(12)] string? Tenant = null,
    [property: Key(13)] ModelFileMessage[]? Files = null,
    [property: Key(14)] string? ModelId = null,
    [property: Key(15)] bool IsBatch = false,
    [property: Key(16)] int[]? PromptTokens = null,
    [property: Key(17)] string? Calls = null,
    [property: Key(18)] bool TellsPrompt = false);
