using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>How a job ends: what the books and the receipt will say follows from this alone.</summary>
[GenerateSerializer, Alias("JobSettlement")]
internal sealed record JobSettlement(
    [property: Id(0)] WorkState Final,
    [property: Id(1)] Ending? Ending,
    [property: Id(2)] JobAttempt? Attempt,
    [property: Id(3)] int PromptTokens,
    [property: Id(4)] int OutputTokens,
    [property: Id(5)] Usdc Charge,
    [property: Id(6)] string? FinishReason,
    [property: Id(7)] DateTimeOffset EndedAt,
    [property: Id(8)] SignedResult? Result = null,
    [property: Id(9)] TextAudit? Audit = null,
    [property: Id(10)] int CachedTokens = 0);
