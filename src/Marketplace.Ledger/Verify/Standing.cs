namespace Marketplace.Ledger.Verify;

/// <summary>Whether an invariant holds.</summary>
public enum Standing
{
    Holds = 0,

    Broken = 1,

    /// <summary>Nobody gave what it would be compared with, or no such source is configured.</summary>
    NotChecked = 2,

    /// <summary>The outside source that it is compared with did not answer.</summary>
    Unreachable = 3,

    /// <summary>Whoever asked for the audit asked for this to be left out.</summary>
    LeftOut = 4,
}
