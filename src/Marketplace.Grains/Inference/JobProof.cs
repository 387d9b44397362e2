using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>A text that is whole and waits for its check: nothing of it is paid for yet.</summary>
/// <param name="Audit">How it was drawn.</param>
/// <param name="Commitment">What the device bound itself to.</param>
/// <param name="FinishReason">How the text ended.</param>
/// <param name="PromptTokens">Tokens of the prompt that are charged.</param>
/// <param name="Result">What the device signed.</param>
/// <param name="At">Since when it waits.</param>
[GenerateSerializer, Alias("JobProof")]
internal sealed record JobProof(
    [property: Id(0)] TextAudit Audit,
    [property: Id(1)] LogitCommitment Commitment,
    [property: Id(2)] string FinishReason,
    [property: Id(3)] int PromptTokens,
    [property: Id(4)] SignedResult Result,
    [property: Id(5)] DateTimeOffset At);
