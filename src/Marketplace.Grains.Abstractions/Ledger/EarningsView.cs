using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>What a provider has earned.</summary>
[GenerateSerializer, Immutable, Alias("EarningsView")]
public sealed record EarningsView(
    [property: Id(0)] Usdc Accrued,
    [property: Id(1)] Usdc Payable,
    [property: Id(2)] Usdc OnTheWay,
    [property: Id(3)] Usdc PaidOut);
