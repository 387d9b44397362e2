namespace Marketplace.Domain.Market.Admission;

/// <summary>The renter wants the devices of other providers.</summary>
public static class ProviderNotWanted
{
    public static Refusal? Check(Offer offer, WorkNeeds needs) => needs.Providers?.Allows(offer.Provider) != false
        ? null
        : new("provider", $"belongs to {offer.Provider}, which the order leaves out");
}
