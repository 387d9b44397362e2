namespace Marketplace.Domain.Ledger;

/// <summary>
/// What a piece of work has cost so far. Every part is the floor of its total less what was taken before, so the number
/// and the size of the ticks never change what is paid in the end; no dust is left over.
/// </summary>
/// <param name="Charged">Taken for use.</param>
/// <param name="Fee">The platform's part of it.</param>
/// <param name="Premium">Taken for SLA cover.</param>
[GenerateSerializer, Immutable, Alias("Meter")]
public sealed record Meter([property: Id(0)] Usdc Charged, [property: Id(1)] Usdc Fee, [property: Id(2)] Usdc Premium)
{
    /// <summary>Nothing used yet.</summary>
    public static readonly Meter Zero = new(Usdc.Zero, Usdc.Zero, Usdc.Zero);

    /// <summary>What was taken from the escrow.</summary>
    public Usdc Total => Charged + Premium;

    /// <summary>
    /// Takes what the use so far costs and was not taken yet, at most what the escrow still holds: then the work ends
    /// with this tick, and an overdraft is impossible.
    /// </summary>
    /// <param name="rate">The price; the same for the whole work.</param>
    /// <param name="used">Units used since the beginning, never less than before.</param>
    /// <param name="escrow">What the escrow holds now.</param>
    /// <returns>The meter after the tick, and what the tick takes.</returns>
    public (Meter Next, MeterStep Step) Tick(MeterRate rate, long used, Usdc escrow)
    {
        var affordable = Affordable(rate, Total + escrow);
        var charged = Usdc.Max(Charged, Usdc.Min(rate.Price.TimesFloor(used, rate.Per), affordable));
        var next = new Meter(
            charged, charged.BasisPoints(rate.FeeBasisPoints), charged.BasisPoints(rate.PremiumBasisPoints));

        return (next, new(next.Charged - Charged, next.Fee - Fee, next.Premium - Premium));
    }

    /// <summary>The largest charge that fits with its premium into an amount.</summary>
    private static Usdc Affordable(MeterRate rate, Usdc total)
    {
        var charge = total.TimesFloor(10_000, 10_000 + rate.PremiumBasisPoints);
        var more = charge + Usdc.FromMicros(1);

        return more + more.BasisPoints(rate.PremiumBasisPoints) <= total ? more : charge;
    }
}
