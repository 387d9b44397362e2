using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Renders;

/// <summary>What one provider gets charged for, floored once.</summary>
[GenerateSerializer, Alias("RenderCharge")]
internal sealed record RenderCharge([property: Id(0)] ProviderId Provider, [property: Id(1)] Usdc Amount)
{
    private const long Million = 1_000_000;

    /// <summary>
    /// One charge for each provider that earned something, by its id; together never above the escrow.
    /// </summary>
    public static IReadOnlyList<RenderCharge> Of(IEnumerable<RenderShare> shares, Usdc escrow)
    {
        var charges = new List<RenderCharge>();
        var left = escrow;

        var byProvider = shares.GroupBy(share => share.Provider);

        foreach (var group in byProvider.OrderBy(group => group.Key.Value, StringComparer.Ordinal))
        {
            var micros = group.Aggregate(
                Int128.Zero, (sum, share) => sum + ((Int128)share.Ask.Megasample.Micros * share.PixelSamples));
            var amount = Usdc.Min(Usdc.FromMicros((long)(micros / Million)), left);
            left -= amount;

            if (amount > Usdc.Zero)
            {
                charges.Add(new(group.Key, amount));
            }
        }

        return charges;
    }
}
