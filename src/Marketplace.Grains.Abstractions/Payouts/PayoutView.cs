using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>A payout as the provider sees it.</summary>
/// <param name="State">requested, held, signed, sent, finalized, posted, refused or frozen.</param>
[GenerateSerializer, Immutable, Alias("PayoutView")]
public sealed record PayoutView(
    [property: Id(0)] PayoutId Id,
    [property: Id(1)] ProviderId Provider,
    [property: Id(2)] Usdc Amount,
    [property: Id(3)] string Wallet,
    [property: Id(4)] string State,
    [property: Id(5)] string? Signature,
    [property: Id(6)] string? Trouble,
    [property: Id(7)] DateTimeOffset CreatedAt,
    [property: Id(8)] DateTimeOffset? PaidAt);
