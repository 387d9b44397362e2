using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Compliance;

/// <summary>Who paid whom, as it was when the payout was accepted: for export, nothing here is sent anywhere.</summary>
[GenerateSerializer, Immutable, Alias("TravelRecord")]
public sealed record TravelRecord(
    [property: Id(0)] PayoutId Payout,
    [property: Id(1)] ProviderId Provider,
    [property: Id(2)] Usdc Amount,
    [property: Id(3)] string Wallet,
    [property: Id(4)] TravelOriginator Originator,
    [property: Id(5)] ProviderIdentity Beneficiary,
    [property: Id(6)] DateTimeOffset At);
