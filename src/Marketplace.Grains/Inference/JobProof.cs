using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A text that waits for its check, or whose check is over and not posted: nothing of it is paid for yet.
/// </summary>
/// <param name="Audit">How it was drawn, and then what was found.</param>
/// <param name="Claim">What its device delivered; null where the text was cut short before its end.</param>
/// <param name="PromptTokens">Tokens of the prompt that are charged if it stands.</param>
/// <param name="At">Since when it waits.</param>
/// <param name="Final">How the job ends if it stands.</param>
/// <param name="Ending">Why it was cut short, or null.</param>
/// <param name="Tries">Checks that were begun: one that takes its host down is not begun for ever.</param>
/// <param name="FaultAt">The token of the beginning, made by an earlier device, that does not stand; else null.</param>
/// <param name="Vectors">What the device signed for vectors; null for a text.</param>
/// <param name="IsVoid">Nobody can say whether it stands: nobody pays, and nobody is to blame.</param>
/// <param name="Opinions">What others say of a text found at fault by numbers; null where none are asked.</param>
[GenerateSerializer, Alias("JobProof")]
internal sealed record JobProof(
    [property: Id(0)] TextAudit Audit,
    [property: Id(1)] DeliveredEnd? Claim,
    [property: Id(2)] int PromptTokens,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] WorkState Final,
    [property: Id(5)] Ending? Ending = null,
    [property: Id(6)] int Tries = 1,
    [property: Id(7)] int? FaultAt = null,
    [property: Id(8)] bool IsVoid = false,
    [property: Id(9)] SignedResult? Vectors = null,
    [property: Id(10)] SecondOpinions? Opinions = null)
{
    /// <summary>
    /// What the platform's finding rests on where nobody else was asked; else that of the opinions, or null.
    /// </summary>
    [Id(11)]
    public LogitEvidence? Evidence { get; init; }

    /// <summary>When what was found was decided; null before.</summary>
    [Id(12)]
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>What was ordered, where what was found is a matter of header or end; else null.</summary>
    [Id(13)]
    public FindingOrder? Ordered { get; init; }

    /// <summary>Whether the next to compute it is the platform.</summary>
    public bool IsPlatformsTurn => Opinions is null or { IsOver: true };

    /// <summary>Checks of one text that are begun.</summary>
    public const int TriesMax = 3;
}
