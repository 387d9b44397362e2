using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Renders;

/// <summary>
/// What of a render is charged. A frame that was delivered as a picture is, however the render ends. Accepted units of
/// frames without one are charged only where the renter ends it: else the last unit of every frame could be had for
/// nothing; past the deadline, only of frames whose picture is still to come. When time runs out, when the platform
/// fails, or when rigs say that the order is at fault, they are free.
/// </summary>
public static class FrameBill
{
    private const long Million = 1_000_000;

    /// <summary>Whether the accepted units of a frame are charged at this end.</summary>
    public static bool Covers(WorkState final, bool isDelivered) => isDelivered || final == WorkState.Cancelled;

    /// <summary>
    /// One charge for each provider that earned something, by its id; together never above the escrow. Each is floored
    /// once over all that the provider did, so the size of units never matters.
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

    /// <summary>All charges together.</summary>
    public static Usdc Total(IEnumerable<RenderCharge> charges) =>
        charges.Aggregate(Usdc.Zero, (sum, charge) => sum + charge.Amount);
}
