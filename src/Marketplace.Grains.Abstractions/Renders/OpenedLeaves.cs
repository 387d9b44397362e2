namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>The leaves of a unit, shown because it is checked: their files of sums one behind the other.</summary>
/// <param name="Sha256">Hash of the uploaded file.</param>
/// <param name="Bytes">Its length.</param>
[GenerateSerializer, Immutable, Alias("OpenedLeaves")]
public sealed record OpenedLeaves([property: Id(0)] string Sha256, [property: Id(1)] long Bytes);
