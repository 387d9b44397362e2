namespace Marketplace.Domain.Compliance;

/// <summary>How risky it is to let money go: 0 to 100, the sum of its reasons, no more than 100.</summary>
/// <param name="RulesVersion">Which rules it was made by; scores of different versions are not compared.</param>
/// <param name="Points">0 to 100.</param>
/// <param name="Reasons">Everything that was added.</param>
[GenerateSerializer, Immutable, Alias("RiskScore")]
public sealed record RiskScore(
    [property: Id(0)] int RulesVersion,
    [property: Id(1)] int Points,
    [property: Id(2)] IReadOnlyList<RiskReason> Reasons);
