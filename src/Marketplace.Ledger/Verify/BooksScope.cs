namespace Marketplace.Ledger.Verify;

/// <summary>How much of the books an audit looks at.</summary>
public enum BooksScope
{
    /// <summary>Every invariant.</summary>
    Whole = 0,

    /// <summary>What the books say by themselves: invariants 1 to 6 and 14, for the start of a host.</summary>
    Start = 1,
}
