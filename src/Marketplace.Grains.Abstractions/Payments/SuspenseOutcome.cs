using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>What became of a transfer in suspense.</summary>
[GenerateSerializer, Immutable, Alias("SuspenseOutcome")]
public abstract record SuspenseOutcome
{
    private SuspenseOutcome()
    {
    }

    /// <summary>It is the account's, now or since the same act before.</summary>
    [GenerateSerializer, Immutable, Alias("SuspenseOutcome.Matched")]
    public sealed record Matched([property: Id(0)] Usdc Amount) : SuspenseOutcome;

    /// <summary>No such transfer is known.</summary>
    [GenerateSerializer, Immutable, Alias("SuspenseOutcome.Unknown")]
    public sealed record Unknown : SuspenseOutcome;

    /// <summary>There is no such account.</summary>
    [GenerateSerializer, Immutable, Alias("SuspenseOutcome.NoAccount")]
    public sealed record NoAccount : SuspenseOutcome;

    /// <summary>It belongs to somebody already.</summary>
    [GenerateSerializer, Immutable, Alias("SuspenseOutcome.Owned")]
    public sealed record Owned : SuspenseOutcome;

    /// <summary>It goes back to its sender, or has gone.</summary>
    [GenerateSerializer, Immutable, Alias("SuspenseOutcome.GoesBack")]
    public sealed record GoesBack([property: Id(0)] PayoutId Refund) : SuspenseOutcome;
}
