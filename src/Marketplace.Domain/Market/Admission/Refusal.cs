namespace Marketplace.Domain.Market.Admission;

/// <summary>
/// One rule's reason why a device cannot take a piece of work, and the smallest change that would admit it.
/// </summary>
/// <param name="Rule">The rule's name, such as <c>price</c>.</param>
/// <param name="Detail">For people: what was asked and what was found.</param>
[GenerateSerializer, Immutable, Alias("Refusal")]
public sealed record Refusal([property: Id(0)] string Rule, [property: Id(1)] string Detail);
