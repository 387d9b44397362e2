using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>One movement of an account; amount positive when it gained.</summary>
[GenerateSerializer, Immutable, Alias("StatementView")]
public sealed record StatementView(
    [property: Id(0)] long Sequence,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Event,
    [property: Id(3)] string Reference,
    [property: Id(4)] Usdc Amount,
    [property: Id(5)] Usdc BalanceAfter);
