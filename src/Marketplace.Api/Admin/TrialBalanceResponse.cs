using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>Every account of the books.</summary>
/// <param name="Balanced" example="true">Whether each asset sums to zero.</param>
/// <param name="Sums">Sum of each asset in its smallest unit; zero when balanced.</param>
/// <param name="Lines">The accounts.</param>
internal sealed record TrialBalanceResponse(
    bool Balanced, IReadOnlyDictionary<string, long> Sums, IReadOnlyList<TrialBalanceResponse.TrialBalanceLine> Lines)
{
    public static TrialBalanceResponse From(IReadOnlyList<TrialBalanceView> lines)
    {
        var sums = lines
            .GroupBy(line => line.Asset, StringComparer.Ordinal)
            .OrderBy(asset => asset.Key, StringComparer.Ordinal)
            .ToDictionary(asset => asset.Key, asset => asset.Sum(line => line.Balance), StringComparer.Ordinal);

        return new(sums.Values.All(sum => sum == 0), sums, [.. lines.Select(TrialBalanceLine.From)]);
    }

    /// <summary>One account of the books.</summary>
    /// <param name="Account" example="L:usdc:cust:acc_01j9zq8k3v7r2m5x4c6b8n0t1w:avail">Class, asset and place.</param>
    /// <param name="Asset" example="usdc">What it counts.</param>
    /// <param name="Balance" example="-25000000">Smallest units, debit positive.</param>
    /// <param name="Held" example="0">Part of it under open holds.</param>
    internal sealed record TrialBalanceLine(string Account, string Asset, long Balance, long Held)
    {
        public static TrialBalanceLine From(TrialBalanceView view) =>
            new(view.Account, view.Asset, view.Balance, view.Held);
    }
}
