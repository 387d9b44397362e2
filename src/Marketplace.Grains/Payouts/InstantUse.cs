using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>One instant payout's part of the float.</summary>
[GenerateSerializer, Immutable, Alias("InstantUse")]
internal sealed record InstantUse(
    [property: Id(0)] PayoutId Payout,
    [property: Id(1)] Usdc Amount,
    [property: Id(2)] InstantQuote Quote,
    [property: Id(3)] DateTimeOffset At);
