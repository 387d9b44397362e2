namespace Marketplace.Domain.Ledger;

/// <summary>What one tick of a meter takes from the escrow: charge, its part as fee, a premium on top.</summary>
/// <param name="Charge">What the customer pays for the use; the provider gets it less the fee.</param>
/// <param name="Fee">The platform's part of the charge.</param>
/// <param name="Premium">For SLA cover, beside the charge; zero without it.</param>
[GenerateSerializer, Immutable, Alias("MeterStep")]
public sealed record MeterStep(
    [property: Id(0)] Usdc Charge, [property: Id(1)] Usdc Fee, [property: Id(2)] Usdc Premium)
{
    public Usdc Total => Charge + Premium;
}
