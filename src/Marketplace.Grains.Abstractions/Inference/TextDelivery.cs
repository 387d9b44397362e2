using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>The end of an attempt at a text order.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
/// <param name="PromptTokens">Counted by the agent; the platform counts itself.</param>
/// <param name="Tokens">Every token of the text.</param>
/// <param name="Result">With the device's signature, checked; null from an agent that signs nothing.</param>
/// <param name="Commitment">What the device binds itself to; its root is in the signed result.</param>
/// <param name="CachedTokens">
/// Prompt tokens that the device says it had read before; informs the renter and changes no price.
/// </param>
[GenerateSerializer, Immutable, Alias("TextDelivery")]
public sealed record TextDelivery(
    [property: Id(0)] string FinishReason,
    [property: Id(1)] int PromptTokens,
    [property: Id(2)] IReadOnlyList<Token> Tokens,
    [property: Id(3)] SignedResult? Result = null,
    [property: Id(4)] LogitCommitment? Commitment = null,
    [property: Id(5)] int CachedTokens = 0);
