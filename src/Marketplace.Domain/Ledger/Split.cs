namespace Marketplace.Domain.Ledger;

/// <summary>Divides an amount by weights exactly: largest remainder first, ties by place.</summary>
public static class Split
{
    /// <summary>Parts that sum to the amount; a part's error is below one micro-USDC.</summary>
    public static IReadOnlyList<Usdc> ByWeights(Usdc amount, IReadOnlyList<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Micros);
        var total = weights.Aggregate(Int128.Zero, (sum, weight) => sum + weight);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(total, Int128.Zero);

        var parts = weights.Select(weight => (long)((Int128)amount.Micros * weight / total)).ToArray();
        var left = amount.Micros - parts.Sum();
        var byRemainder = Enumerable.Range(0, weights.Count)
            .OrderByDescending(at => (Int128)amount.Micros * weights[at] % total)
            .ThenBy(at => at);

        foreach (var at in byRemainder.Take((int)left))
        {
            parts[at]++;
        }

        return [.. parts.Select(Usdc.FromMicros)];
    }
}
