namespace Marketplace.Domain.Compliance;

/// <summary>One rule that adds to a score.</summary>
/// <param name="Code">Stable, such as <c>wallet-young</c>.</param>
/// <param name="Points">What it adds.</param>
/// <param name="Evidence">The figures behind it, for people.</param>
[GenerateSerializer, Immutable, Alias("RiskReason")]
public sealed record RiskReason(
    [property: Id(0)] string Code, [property: Id(1)] int Points, [property: Id(2)] string Evidence);
