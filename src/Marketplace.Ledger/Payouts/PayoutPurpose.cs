namespace Marketplace.Ledger.Payouts;

/// <summary>Whose money a transfer of a chunk is.</summary>
public enum PayoutPurpose
{
    /// <summary>What a provider earned.</summary>
    Earnings = 0,

    /// <summary>A customer's balance goes back.</summary>
    Balance = 1,

    /// <summary>A deposit that nobody owns goes back.</summary>
    Suspense = 2,
}
