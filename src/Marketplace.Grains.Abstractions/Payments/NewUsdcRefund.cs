using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>A wish for a refund in USDC.</summary>
/// <param name="Amount">How much; null takes all of a deposit in suspense.</param>
/// <param name="Wallet">Where it is to go; anything that is no plain wallet is refused.</param>
/// <param name="Rail">On which chain: the one that the deposit came in on.</param>
/// <param name="Beneficiary">Who has the wallet; the travel rule wants it above its amount.</param>
[GenerateSerializer, Immutable, Alias("NewUsdcRefund")]
public sealed record NewUsdcRefund(
    [property: Id(0)] Usdc? Amount,
    [property: Id(1)] string Wallet,
    [property: Id(2)] RailName Rail,
    [property: Id(3)] ProviderIdentity? Beneficiary);
