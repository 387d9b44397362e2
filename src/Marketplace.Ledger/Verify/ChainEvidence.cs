using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Verify;

/// <summary>What the chain says of the treasury at one finalized slot.</summary>
/// <param name="Outgoing">Every finalized transfer out of the treasury's token account.</param>
/// <param name="TreasuryBalance">Its balance at that slot.</param>
public sealed record ChainEvidence(IReadOnlyList<OutgoingTransfer> Outgoing, Usdc TreasuryBalance);
