using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of money that compliance stops, one account for each case.</summary>
public static class ComplianceJournals
{
    /// <summary>Takes an amount out of a provider's reach.</summary>
    public static Journal Block(string @case, ProviderId provider, Usdc amount) => new(
        $"block:{@case}", "blocked", [.. Journal.Move(Chart.Payable(provider), Chart.Blocked(@case), amount)]);

    /// <summary>Takes what was to be refunded out of everybody's reach.</summary>
    /// <param name="case">The case that stops it.</param>
    /// <param name="source">A customer's balance, or suspense.</param>
    /// <param name="amount">How much.</param>
    public static Journal Block(string @case, LedgerAccount source, Usdc amount) => new(
        $"block:{@case}", "blocked", [.. Journal.Move(source, Chart.Blocked(@case), amount)]);

    /// <summary>Gives it back to a customer, who may owe something since; without one to suspense.</summary>
    /// <param name="case">The case that stopped it.</param>
    /// <param name="customer">Whose balance it was taken from, or null.</param>
    /// <param name="amount">How much.</param>
    public static Journal Unblock(string @case, AccountId? customer, Usdc amount) => customer is { } owner
        ? new($"unblock:{@case}", "unblocked", [.. Journal.Debit(Chart.Blocked(@case), amount)])
        {
            Waterfalls = Waterfall.ToCustomer(owner, amount),
        }
        : new($"unblock:{@case}", "unblocked", [.. Journal.Move(Chart.Blocked(@case), Chart.Suspense, amount)]);

    /// <summary>Gives it back.</summary>
    public static Journal Unblock(string @case, ProviderId provider, Usdc amount) => new(
        $"unblock:{@case}", "unblocked", [.. Journal.Move(Chart.Blocked(@case), Chart.Payable(provider), amount)]);
}
