using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>An advance on earnings.</summary>
/// <param name="Principal">What has to be repaid.</param>
/// <param name="Discount">The price; principal less discount became payable.</param>
/// <param name="GrantedAt">When.</param>
[GenerateSerializer, Immutable, Alias("AdvanceView")]
public sealed record AdvanceView(
    [property: Id(0)] AdvanceId Id,
    [property: Id(1)] Usdc Principal,
    [property: Id(2)] Usdc Discount,
    [property: Id(3)] DateTimeOffset GrantedAt);
