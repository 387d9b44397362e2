using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>What became of a wish for a refund in USDC, or of an act about one.</summary>
[GenerateSerializer, Immutable, Alias("UsdcRefundOutcome")]
public abstract record UsdcRefundOutcome
{
    private UsdcRefundOutcome()
    {
    }

    /// <summary>Held, and on its way or waiting for people.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] UsdcRefund Refund) : UsdcRefundOutcome;

    /// <summary>The id belongs to a refund of another content.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.KeyTaken")]
    public sealed record KeyTaken : UsdcRefundOutcome;

    /// <summary>There is no such account, deposit or refund.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.Unknown")]
    public sealed record Unknown : UsdcRefundOutcome;

    /// <summary>Nothing real is sent to an account for tests.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.TestAccount")]
    public sealed record TestAccount : UsdcRefundOutcome;

    /// <summary>Money does not go out now.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.Frozen")]
    public sealed record Frozen([property: Id(0)] string Why) : UsdcRefundOutcome;

    /// <summary>There is no such rail; these there are.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.NoRail")]
    public sealed record NoRail([property: Id(0)] IReadOnlyList<string> Rails) : UsdcRefundOutcome;

    /// <summary>Nothing can be sent to the wallet.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.WalletUnfit")]
    public sealed record WalletUnfit([property: Id(0)] string Why) : UsdcRefundOutcome;

    /// <summary>The sanctions list names the wallet.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.WalletListed")]
    public sealed record WalletListed : UsdcRefundOutcome;

    /// <summary>Below the minimum.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.TooSmall")]
    public sealed record TooSmall([property: Id(0)] Usdc Minimum) : UsdcRefundOutcome;

    /// <summary>The customer's USDC deposits that did not go back yet are less.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.AboveDeposits")]
    public sealed record AboveDeposits([property: Id(0)] Usdc Left) : UsdcRefundOutcome;

    /// <summary>The customer has less to spend: the rest was used or is set aside.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.NotEnough")]
    public sealed record NotEnough([property: Id(0)] Usdc Available) : UsdcRefundOutcome;

    /// <summary>The day's number is used up.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int PerDay) : UsdcRefundOutcome;

    /// <summary>The day's amount is used up.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.AboveDaily")]
    public sealed record AboveDaily([property: Id(0)] Usdc Maximum, [property: Id(1)] Usdc Left) : UsdcRefundOutcome;

    /// <summary>The travel rule wants fields of the beneficiary that are not told.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.IdentityMissing")]
    public sealed record IdentityMissing([property: Id(0)] IReadOnlyList<string> Fields) : UsdcRefundOutcome;

    /// <summary>The deposit has an owner, or goes back already.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.NotWaiting")]
    public sealed record NotWaiting : UsdcRefundOutcome;

    /// <summary>In this state it cannot be cancelled.</summary>
    [GenerateSerializer, Immutable, Alias("UsdcRefundOutcome.OnItsWay")]
    public sealed record OnItsWay([property: Id(0)] string State) : UsdcRefundOutcome;
}
