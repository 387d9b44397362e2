namespace Marketplace.Ledger.Verify;

/// <summary>Whether an invariant holds.</summary>
public enum Standing
{
    Holds = 0,

    Broken = 1,

    /// <summary>An outside source was not there to compare with.</summary>
    NotChecked = 2,
}
