using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>What a second verifier's numbers were found to say.</summary>
/// <param name="By">Whose they are.</param>
/// <param name="Opinion">What they say.</param>
/// <param name="Verdict">The text's claims held against them.</param>
[GenerateSerializer, Alias("HeardOpinion")]
internal sealed record HeardOpinion(
    [property: Id(0)] VerifierAttempt By,
    [property: Id(1)] Opinion Opinion,
    [property: Id(2)] LogitVerdict Verdict);
