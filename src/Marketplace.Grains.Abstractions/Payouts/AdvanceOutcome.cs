using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>What became of a wish for an advance.</summary>
[GenerateSerializer, Immutable, Alias("AdvanceOutcome")]
public abstract record AdvanceOutcome
{
    private AdvanceOutcome()
    {
    }

    /// <summary>It is payable now.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.Granted")]
    public sealed record Granted([property: Id(0)] AdvanceView Advance) : AdvanceOutcome;

    /// <summary>More than the limit.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.TooMuch")]
    public sealed record TooMuch([property: Id(0)] Usdc Limit) : AdvanceOutcome;

    /// <summary>One is not repaid yet.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.StillOpen")]
    public sealed record StillOpen([property: Id(0)] Usdc Outstanding) : AdvanceOutcome;

    /// <summary>The provider is suspended.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.Suspended")]
    public sealed record Suspended : AdvanceOutcome;

    /// <summary>Money going out is stopped.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.Frozen")]
    public sealed record Frozen([property: Id(0)] string Why) : AdvanceOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    [GenerateSerializer, Immutable, Alias("AdvanceOutcome.KeyTaken")]
    public sealed record KeyTaken : AdvanceOutcome;
}
