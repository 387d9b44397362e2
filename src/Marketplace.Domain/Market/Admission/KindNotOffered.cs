namespace Marketplace.Domain.Market.Admission;

/// <summary>The device is of another kind than the one asked for.</summary>
public static class KindNotOffered
{
    public static Refusal? Check(Offer offer, WorkNeeds needs) =>
        needs.Device is null || needs.Device == offer.Spec.Kind
            ? null
            : new("kind", $"is {offer.Spec.Kind}, asked for {needs.Device}");
}
