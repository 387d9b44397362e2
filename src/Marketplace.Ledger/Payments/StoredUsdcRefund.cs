using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>A refund in USDC as it stands, with the version that a change must name.</summary>
public sealed record StoredUsdcRefund(UsdcRefund Refund, long Version);
