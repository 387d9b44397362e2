namespace Marketplace.Ledger;

/// <summary>A balance with the account's natural sign, and its open holds, in the asset's smallest unit.</summary>
public readonly record struct AccountBalance(long Amount, long Held)
{
    /// <summary>What may still be used.</summary>
    public long Free => Amount - Held;
}
