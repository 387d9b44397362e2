using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>What a provider could get in advance now.</summary>
/// <param name="Limit">The largest principal; zero while one is open.</param>
/// <param name="DiscountBasisPoints">The price, taken off what is paid out.</param>
/// <param name="Outstanding">Principal of the open advance that is not repaid.</param>
[GenerateSerializer, Immutable, Alias("AdvanceOffer")]
public sealed record AdvanceOffer(
    [property: Id(0)] Usdc Limit, [property: Id(1)] int DiscountBasisPoints, [property: Id(2)] Usdc Outstanding);
