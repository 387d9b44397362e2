using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;

namespace Marketplace.Api.Payouts;

/// <summary>An advance on earnings.</summary>
/// <param name="Id" example="adv_01j9zq8k3v7r2m5x4c6b8n0t1w">The advance.</param>
/// <param name="Principal" example="40.000000">What is repaid, first of all, as holdbacks end.</param>
/// <param name="Discount" example="0.400000">The price.</param>
/// <param name="Received" example="39.600000">What became payable.</param>
/// <param name="GrantedAt">When.</param>
internal sealed record AdvanceResponse(
    AdvanceId Id, Usdc Principal, Usdc Discount, Usdc Received, DateTimeOffset GrantedAt)
{
    public static AdvanceResponse From(AdvanceView view) =>
        new(view.Id, view.Principal, view.Discount, view.Principal - view.Discount, view.GrantedAt);
}
