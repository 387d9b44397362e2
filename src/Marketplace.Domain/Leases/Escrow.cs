using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Leases;

/// <summary>
/// Money set aside for one piece of work: how much of it came from promotional credit and how much was paid in.
/// </summary>
[GenerateSerializer, Immutable, Alias("Escrow")]
public sealed record Escrow([property: Id(0)] Usdc Promo, [property: Id(1)] Usdc Available)
{
    public Usdc Total => Promo + Available;

    /// <summary>With more set aside for the same work.</summary>
    public Escrow Plus(Escrow more) => new(Promo + more.Promo, Available + more.Available);

    /// <summary>Covers an amount, promo first; null when both together are too little.</summary>
    public static Escrow? Cover(Usdc amount, Usdc promo, Usdc available)
    {
        var fromPromo = Usdc.Min(amount, Usdc.Max(promo, Usdc.Zero));
        var rest = amount - fromPromo;

        return rest <= available ? new(fromPromo, rest) : null;
    }

    /// <summary>What goes back after a charge; the charge uses up promo first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The charge is more than was set aside.</exception>
    public Escrow After(Usdc charge)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(charge, Total);
        var fromPromo = Usdc.Min(charge, Promo);

        return new(Promo - fromPromo, Available - (charge - fromPromo));
    }
}
