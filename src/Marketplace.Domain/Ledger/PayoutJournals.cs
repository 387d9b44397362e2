using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of payouts, of network fees, and of what the platform puts in to pay them.</summary>
public static class PayoutJournals
{
    /// <summary>A payout is finalized on chain; the fee of an instant payout goes in the same journal.</summary>
    public static Journal Post(
        PayoutId payout, ProviderId provider, Usdc amount, Usdc fee, RailName rail = default) => new(
        $"payout:{payout}:post",
        "payout",
        [
            .. Journal.Move(Chart.Payable(provider), Chart.TreasuryOf(rail), amount),
            .. Journal.Move(Chart.Payable(provider), Chart.InstantFee, fee),
        ]);

    /// <summary>What the network took for a transaction, whether it succeeded or failed.</summary>
    public static Journal NetworkFee(string signature, long lamports) => new(
        $"solfee:{signature}", "network-fee", Lamports(Chart.NetworkCost, Chart.FeePayer, lamports));

    /// <summary>The platform puts lamports into the fee payer.</summary>
    /// <param name="id">Names the act, such as the signature of the transfer.</param>
    /// <param name="lamports">How much came in.</param>
    public static Journal FundFeePayer(string id, long lamports) => new(
        $"solfund:{id}", "capital", Lamports(Chart.FeePayer, Chart.SolCapital, lamports));

    /// <summary>The platform puts its own USDC into the hot wallet.</summary>
    /// <param name="id">Names the act, such as the signature of the transfer.</param>
    /// <param name="amount">How much came in.</param>
    public static Journal FundTreasury(string id, Usdc amount) => new(
        $"usdcfund:{id}", "capital", [.. Journal.Move(Chart.Treasury, Chart.UsdcCapital, amount)]);

    private static IReadOnlyList<Leg> Lamports(LedgerAccount debit, LedgerAccount credit, long lamports)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lamports);
        return lamports == 0 ? [] : [new(debit, lamports), new(credit, -lamports)];
    }
}
