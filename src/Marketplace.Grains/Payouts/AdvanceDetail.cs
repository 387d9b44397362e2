using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Payouts;

/// <summary>What the register keeps of an advance: all there is to know beside the books.</summary>
/// <param name="Number">Counts the provider's advances: two that run for the same number cannot both be posted.</param>
/// <param name="Request">The request that it answers.</param>
/// <param name="Principal">What has to be repaid.</param>
/// <param name="Discount">The price.</param>
/// <param name="Earned">How much of the price has been taken into income.</param>
/// <param name="Parts">In how many journals.</param>
internal sealed record AdvanceDetail(int Number, Guid Request, Usdc Principal, Usdc Discount, Usdc Earned, int Parts);
