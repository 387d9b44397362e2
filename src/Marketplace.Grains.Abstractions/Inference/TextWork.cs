using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>A text order for a rig.</summary>
/// <param name="Prefix">Tokens already given to the renter by an earlier attempt: the text goes on after them.</param>
/// <param name="Tenant">Whose it is, as this device may know it; see <see cref="TenantLabel"/>.</param>
[GenerateSerializer, Immutable, Alias("TextWork")]
public sealed record TextWork(
    [property: Id(0)] InferenceOrder Order,
    [property: Id(1)] IReadOnlyList<Token> Prefix,
    [property: Id(2)] string? Tenant = null);
