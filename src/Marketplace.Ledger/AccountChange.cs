namespace Marketplace.Ledger;

/// <summary>What one entry would do to an account.</summary>
internal sealed class AccountChange
{
    public required AccountRow Account { get; init; }

    public long Amount { get; set; }

    public long Held { get; set; }

    /// <summary>What may still be taken after the change; below zero the entry is refused.</summary>
    public long Free => Account.Name.Free(Account.Balance + Amount, Account.Held + Held);
}
