using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>What became of a payout request.</summary>
[GenerateSerializer, Immutable, Alias("PayoutOutcome")]
public abstract record PayoutOutcome
{
    private PayoutOutcome()
    {
    }

    /// <summary>Held and on its way.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] PayoutView Payout) : PayoutOutcome;

    /// <summary>Less is payable than was asked.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.NotEnough")]
    public sealed record NotEnough([property: Id(0)] Usdc Payable) : PayoutOutcome;

    /// <summary>Below the minimum.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.TooSmall")]
    public sealed record TooSmall([property: Id(0)] Usdc Minimum) : PayoutOutcome;

    /// <summary>The provider has set no wallet.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.NoWallet")]
    public sealed record NoWallet : PayoutOutcome;

    /// <summary>The wallet was changed lately.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.WalletLocked")]
    public sealed record WalletLocked([property: Id(0)] DateTimeOffset Until) : PayoutOutcome;

    /// <summary>The daily number is used up.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int PerDay) : PayoutOutcome;

    /// <summary>The provider is suspended.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.Suspended")]
    public sealed record Suspended : PayoutOutcome;

    /// <summary>The provider is one for tests.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.TestProvider")]
    public sealed record TestProvider : PayoutOutcome;

    /// <summary>The travel rule wants fields of the provider's identity that are not told.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.IdentityMissing")]
    public sealed record IdentityMissing([property: Id(0)] IReadOnlyList<string> Fields) : PayoutOutcome;

    /// <summary>Payouts are stopped.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.Frozen")]
    public sealed record Frozen([property: Id(0)] string Why) : PayoutOutcome;

    /// <summary>No such rail is configured.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.NoRail")]
    public sealed record NoRail([property: Id(0)] IReadOnlyList<string> Rails) : PayoutOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    [GenerateSerializer, Immutable, Alias("PayoutOutcome.KeyTaken")]
    public sealed record KeyTaken : PayoutOutcome;
}
