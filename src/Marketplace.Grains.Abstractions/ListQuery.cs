namespace Marketplace.Grains.Abstractions;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Owner">Only this owner's; null for all (administrators).</param>
/// <param name="State">Only in this state; null for all.</param>
/// <param name="Before">Cursor of the page before; null from the newest.</param>
/// <param name="Limit">1 to 100.</param>
[GenerateSerializer, Immutable, Alias("ListQuery")]
public sealed record ListQuery(
    [property: Id(0)] string? Owner, [property: Id(1)] string? State, [property: Id(2)] long? Before,
    [property: Id(3)] int Limit);
