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
    [property: Id(2)] LogitVerdict Verdict)
{
    /// <summary>
    /// Where an earlier device's part is doubted: what the numbers say of every part, by its maker, the last device's
    /// behind them. Else none.
    /// </summary>
    [Id(3)]
    public IReadOnlyList<LogitVerdict> Parts { get; init; } = [];

    /// <summary>
    /// What was measured, where nothing is claimed and nobody else found the same so far, as
    /// <see cref="MeasuredPosition.Encode"/> writes it; else null.
    /// </summary>
    [Id(4)]
    public byte[]? Positions { get; init; }

    /// <summary>What was measured, to be kept where it is disputed; null in what was stored before.</summary>
    [Id(5)]
    public byte[]? Told { get; init; }

    /// <summary>Its hash, with the device's signature; null in what was stored before.</summary>
    [Id(6)]
    public SignedResult? Result { get; init; }
}
