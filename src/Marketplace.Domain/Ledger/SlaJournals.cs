using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>The journals of broken promises: refunds at the provider's cost, and what cover pays.</summary>
public static class SlaJournals
{
    /// <summary>
    /// Gives a charge back to the customer, for a broken service level or a failed proof. The platform gives its fee;
    /// the provider's part comes from what it has accrued, then from its bond, then from the pool, and what is still
    /// missing the platform pays.
    /// </summary>
    /// <param name="case">Names the case; one refund for each.</param>
    /// <param name="provider">Who broke the promise.</param>
    /// <param name="customer">Who gets the money.</param>
    /// <param name="amount">What goes back, the fee in it included.</param>
    /// <param name="fee">The platform's part of it.</param>
    public static Journal Refund(string @case, ProviderId provider, AccountId customer, Usdc amount, Usdc fee)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fee, amount);

        return new($"sla:{@case}", "sla-refund", [.. Journal.Debit(Chart.FeeOf(@case), fee)])
        {
            Waterfalls =
            [
                .. Waterfall.Debit(
                    amount - fee,
                    Chart.Accrued(provider),
                    Chart.Bond(provider),
                    Chart.SlaPool,
                    Chart.SlaCredit),
                .. Waterfall.ToCustomer(customer, amount),
            ],
        };
    }

    /// <summary>What cover pays out of the pool, beside any refund.</summary>
    /// <param name="case">Names the case; one payment for each.</param>
    /// <param name="customer">Who had cover.</param>
    /// <param name="amount">At most what the pool holds.</param>
    public static Journal Cover(string @case, AccountId customer, Usdc amount) => new(
        $"slacover:{@case}", "sla-cover", [.. Journal.Debit(Chart.SlaPool, amount)])
    {
        Waterfalls = Waterfall.ToCustomer(customer, amount),
    };
}
