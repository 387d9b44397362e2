using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Market;

/// <summary>Whose devices a renter wants. Two are equal when they name the same providers, in order.</summary>
/// <param name="Only">Nobody but these; empty for anybody.</param>
/// <param name="Ignore">None of these.</param>
[GenerateSerializer, Immutable, Alias("ProviderChoice")]
public sealed record ProviderChoice(
    [property: Id(0)] IReadOnlyList<ProviderId> Only, [property: Id(1)] IReadOnlyList<ProviderId> Ignore)
{
    /// <summary>Providers that each list may name.</summary>
    public const int ProvidersMax = 32;

    public bool Allows(ProviderId provider) =>
        !Ignore.Contains(provider) && (Only.Count == 0 || Only.Contains(provider));

    public bool Equals(ProviderChoice? other) =>
        other is not null && Only.SequenceEqual(other.Only) && Ignore.SequenceEqual(other.Ignore);

    public override int GetHashCode() => Only.Concat(Ignore).Aggregate(Only.Count, HashCode.Combine);
}
