namespace Marketplace.Domain.Ledger;

/// <summary>At what a meter charges.</summary>
/// <param name="Price">For <paramref name="Per"/> units.</param>
/// <param name="Per">
/// Units that the price is for: 3,600,000 milliseconds for a price by the hour, a million tokens.
/// </param>
/// <param name="FeeBasisPoints">The platform's part of the charge, in ten-thousandths.</param>
/// <param name="PremiumBasisPoints">For SLA cover, of the charge; 0 without it.</param>
[GenerateSerializer, Immutable, Alias("MeterRate")]
public sealed record MeterRate(
    [property: Id(0)] Usdc Price,
    [property: Id(1)] long Per,
    [property: Id(2)] int FeeBasisPoints,
    [property: Id(3)] int PremiumBasisPoints)
{
    /// <summary>Milliseconds of an hour: the units of a price by the hour.</summary>
    public const long MillisecondsPerHour = 3_600_000;

    /// <summary>A price by the hour.</summary>
    public static MeterRate Hourly(Usdc price, int feeBasisPoints, int premiumBasisPoints = 0) =>
        new(price, MillisecondsPerHour, feeBasisPoints, premiumBasisPoints);
}
