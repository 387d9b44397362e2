using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of money that compliance stops, one account for each case.</summary>
public static class ComplianceJournals
{
    /// <summary>Takes an amount out of a provider's reach.</summary>
    public static Journal Block(string @case, ProviderId provider, Usdc amount) => new(
        $"block:{@case}", "blocked", [.. Journal.Move(Chart.Payable(provider), Chart.Blocked(@case), amount)]);

    /// <summary>Gives it back.</summary>
    public static Journal Unblock(string @case, ProviderId provider, Usdc amount) => new(
        $"unblock:{@case}", "unblocked", [.. Journal.Move(Chart.Blocked(@case), Chart.Payable(provider), amount)]);
}
