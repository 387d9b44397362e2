namespace Marketplace.Domain.Market.Admission;

/// <summary>The device stands in another region than the one asked for.</summary>
public static class RegionNotOffered
{
    public static Refusal? Check(Offer offer, WorkNeeds needs) =>
        needs.Region is null || needs.Region == offer.Spec.Region
            ? null
            : new("region", $"stands in {offer.Spec.Region}, asked for {needs.Region}");
}
