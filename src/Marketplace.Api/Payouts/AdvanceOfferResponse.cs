using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>What the provider could get in advance now.</summary>
/// <param name="Limit" example="40.000000">The largest principal; zero while an advance is open.</param>
/// <param name="DiscountBasisPoints" example="100">The price, in basis points of the principal.</param>
/// <param name="Outstanding" example="0.000000">What of the open advance is not repaid.</param>
internal sealed record AdvanceOfferResponse(Usdc Limit, int DiscountBasisPoints, Usdc Outstanding)
{
    public static AdvanceOfferResponse From(AdvanceOffer offer) =>
        new(offer.Limit, offer.DiscountBasisPoints, offer.Outstanding);
}
