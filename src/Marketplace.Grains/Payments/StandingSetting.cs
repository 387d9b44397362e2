using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>What standing deposit addresses need beside the other deposits.</summary>
/// <param name="Rows">The addresses.</param>
/// <param name="Keys">Their keys.</param>
/// <param name="Fees">Where the chain's price of a sweep is posted.</param>
/// <param name="SweepMin">Less than this stays where it is.</param>
internal sealed record StandingSetting(DepositAddressRows Rows, DepositKeys Keys, NetworkFees Fees, Usdc SweepMin);
