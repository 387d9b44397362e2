namespace Marketplace.Domain.Payouts;

/// <summary>What to offer for being taken early, in millionths of a lamport for each compute unit.</summary>
public static class PriorityPrice
{
    private const int Percentile = 75;

    /// <summary>A high percentile of what others paid lately, within bounds.</summary>
    public static ulong FromRecent(IEnumerable<ulong> recent, ulong least, ulong most)
    {
        var sorted = recent.Order().ToArray();
        var offer = sorted.Length == 0 ? least : sorted[(sorted.Length - 1) * Percentile / 100];
        return Math.Clamp(offer, least, most);
    }

    /// <summary>Half as much again for a replacement; never above the most.</summary>
    public static ulong Raised(ulong price, ulong most) => Math.Min(most, Math.Max(price + 1, price + (price / 2)));
}
