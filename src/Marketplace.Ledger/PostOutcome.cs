using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>What became of an entry.</summary>
public abstract record PostOutcome
{
    private PostOutcome()
    {
    }

    /// <summary>True when the entry stands in the books, now or since an earlier try.</summary>
    public bool Stands => this is Posted or Exists;

    /// <summary>Written now.</summary>
    public sealed record Posted(long Sequence) : PostOutcome;

    /// <summary>Every journal of it was there already with the same content; nothing was written.</summary>
    public sealed record Exists(long Sequence) : PostOutcome;

    /// <summary>The key is taken by a journal with another content; nothing was written.</summary>
    public sealed record Conflict(string Key) : PostOutcome;

    /// <summary>The account would cross zero; nothing was written.</summary>
    public sealed record Insufficient(LedgerAccount Account, long Available, long Wanted) : PostOutcome;

    /// <summary>The account has less free than the entry must find there; nothing was written.</summary>
    public sealed record Uncovered(LedgerAccount Account, long Free, long Wanted) : PostOutcome;

    /// <summary>A hold that was to be posted or voided is not open; nothing was written.</summary>
    public sealed record HoldNotOpen(string Hold) : PostOutcome;
}
