namespace Marketplace.Grains.Abstractions;

/// <summary>One page of a list, newest first.</summary>
/// <param name="Data">At most the asked number of items.</param>
/// <param name="Next">Where the next page begins (exclusive), or null at the end.</param>
[GenerateSerializer, Immutable, Alias("Page`1")]
public sealed record Page<T>([property: Id(0)] IReadOnlyList<T> Data, [property: Id(1)] long? Next);
