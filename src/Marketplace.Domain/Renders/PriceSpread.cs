using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Renders;

/// <summary>
/// Prices over the devices that could take an order, weighed by their speed, since a fast device takes more units.
/// </summary>
/// <param name="Lowest">The cheapest.</param>
/// <param name="P50">Devices with half of the weight ask no more.</param>
/// <param name="P90">Devices with nine tenths of the weight ask no more.</param>
[GenerateSerializer, Immutable, Alias("PriceSpread")]
public sealed record PriceSpread([property: Id(0)] Usdc Lowest, [property: Id(1)] Usdc P50, [property: Id(2)] Usdc P90)
{
    /// <exception cref="ArgumentException">There is no ask, or a weight is not above zero.</exception>
    public static PriceSpread Of(IReadOnlyCollection<(Usdc Ask, long Weight)> asks)
    {
        if (asks.Count == 0 || asks.Any(ask => ask.Weight <= 0))
        {
            throw new ArgumentException("Every ask needs a weight above zero, and there must be one.", nameof(asks));
        }

        var sorted = asks.OrderBy(ask => ask.Ask).ToArray();

        return new(sorted[0].Ask, At(sorted, 50), At(sorted, 90));
    }

    /// <summary>What so many pixel samples cost at these asks a million; rounded up, at least one micro-USDC.</summary>
    public PriceSpread For(long pixelSamples) => new(
        SamplePrice.Most(Lowest, pixelSamples),
        SamplePrice.Most(P50, pixelSamples),
        SamplePrice.Most(P90, pixelSamples));

    private static Usdc At((Usdc Ask, long Weight)[] sorted, int percent)
    {
        var total = sorted.Aggregate(Int128.Zero, (sum, ask) => sum + ask.Weight);
        var seen = Int128.Zero;

        foreach (var (ask, weight) in sorted)
        {
            seen += weight;

            if (seen * 100 >= total * percent)
            {
                return ask;
            }
        }

        return sorted[^1].Ask;
    }
}
