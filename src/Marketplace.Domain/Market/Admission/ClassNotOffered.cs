namespace Marketplace.Domain.Market.Admission;

/// <summary>The device is of another class than the one asked for.</summary>
public static class ClassNotOffered
{
    public static Refusal? Check(Offer offer, WorkNeeds needs) =>
        needs.Class is null || needs.Class == offer.Class
            ? null
            : new("class", $"is {offer.Class}, asked for {needs.Class}");
}
