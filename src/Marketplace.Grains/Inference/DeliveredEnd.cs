using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>The end of a text as its device has delivered it.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
/// <param name="Result">What the device signed.</param>
/// <param name="Commitment">What it bound itself to.</param>
/// <param name="CachedTokens">Prompt tokens that it says it had read before.</param>
[GenerateSerializer, Immutable, Alias("DeliveredEnd")]
public sealed record DeliveredEnd(
    [property: Id(0)] string FinishReason,
    [property: Id(1)] SignedResult Result,
    [property: Id(2)] LogitCommitment Commitment,
    [property: Id(3)] int CachedTokens = 0);
