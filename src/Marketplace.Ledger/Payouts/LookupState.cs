namespace Marketplace.Ledger.Payouts;

/// <summary>Where a lookup table of ours stands.</summary>
public enum LookupState
{
    /// <summary>Written down; the chain may not have it yet.</summary>
    Planned,

    /// <summary>The chain is final about it.</summary>
    Active,

    /// <summary>Never used again.</summary>
    Retired,
}
