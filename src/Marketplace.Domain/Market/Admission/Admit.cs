namespace Marketplace.Domain.Market.Admission;

/// <summary>The one decision whether a device may take a piece of work; every rule is asked, in this order.</summary>
public static class Admit
{
    /// <summary>All refusals; empty means admitted.</summary>
    public static IReadOnlyList<Refusal> Check(Offer offer, WorkNeeds needs) =>
    [
        .. new[]
        {
            ClassNotOffered.Check(offer, needs),
            KindNotOffered.Check(offer, needs),
            RegionNotOffered.Check(offer, needs),
            ProviderNotWanted.Check(offer, needs),
            MemoryTooSmall.Check(offer, needs),
            PriceTooHigh.Check(offer, needs),
        }.OfType<Refusal>(),
    ];
}
