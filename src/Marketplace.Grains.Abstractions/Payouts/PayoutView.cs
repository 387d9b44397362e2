using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>A payout as the provider sees it.</summary>
/// <param name="Amount">What leaves the balance; the fee is part of it.</param>
/// <param name="Fee">What an instant payout costs; zero for a standard one.</param>
/// <param name="DueAt">When it may go out at the earliest, while it waits.</param>
/// <param name="Rail">The rail it is paid on.</param>
/// <param name="State">requested, review, held, signed, sent, finalized, posted, refused or frozen.</param>
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
    [property: Id(8)] DateTimeOffset? PaidAt,
    [property: Id(9)] PayoutSpeed Speed,
    [property: Id(10)] Usdc Fee,
    [property: Id(11)] DateTimeOffset? DueAt,
    [property: Id(12)] RailName Rail = default);
