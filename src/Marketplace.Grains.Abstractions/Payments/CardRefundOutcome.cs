using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>What became of a wish for a refund to the card.</summary>
[GenerateSerializer, Immutable, Alias("CardRefundOutcome")]
public abstract record CardRefundOutcome
{
    private CardRefundOutcome()
    {
    }

    /// <summary>Held, and asked for at the processor.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] TopUp TopUp, [property: Id(1)] CardRefund Refund)
        : CardRefundOutcome;

    /// <summary>Cards are not served here.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.Off")]
    public sealed record Off : CardRefundOutcome;

    /// <summary>There is no such top-up of this account.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.Unknown")]
    public sealed record Unknown : CardRefundOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.KeyTaken")]
    public sealed record KeyTaken : CardRefundOutcome;

    /// <summary>The top-up has less left.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.AboveRest")]
    public sealed record AboveRest([property: Id(0)] Cents Left) : CardRefundOutcome;

    /// <summary>The customer has less to spend: the rest was used or is set aside.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.AboveBalance")]
    public sealed record AboveBalance([property: Id(0)] Usdc Available) : CardRefundOutcome;

    /// <summary>Money does not go out now.</summary>
    [GenerateSerializer, Immutable, Alias("CardRefundOutcome.Frozen")]
    public sealed record Frozen([property: Id(0)] string Why) : CardRefundOutcome;
}
