namespace Marketplace.Domain.Market.Admission;

/// <summary>The work does not fit into the device's memory.</summary>
public static class MemoryTooSmall
{
    public static Refusal? Check(Offer offer, WorkNeeds needs) => offer.Spec.MemoryBytes < needs.MemoryBytes
        ? new("memory", $"has {offer.Spec.MemoryBytes} bytes, the work takes {needs.MemoryBytes}")
        : null;
}
