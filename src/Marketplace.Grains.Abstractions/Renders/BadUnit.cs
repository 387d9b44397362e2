namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>Sums that cannot be used.</summary>
/// <param name="Unit">The unit's place in the plan.</param>
/// <param name="Sha256">The sums that were looked at: an answer may come when others have taken their place.</param>
/// <param name="Why">For people.</param>
/// <param name="IsLost">The platform lost them; who made them is not to blame.</param>
[GenerateSerializer, Immutable, Alias("BadUnit")]
public sealed record BadUnit(
    [property: Id(0)] int Unit,
    [property: Id(1)] string Sha256,
    [property: Id(2)] string Why,
    [property: Id(3)] bool IsLost);
