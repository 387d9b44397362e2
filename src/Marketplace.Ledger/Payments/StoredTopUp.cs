using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>A top-up as it stands, with the version that a change must name.</summary>
public sealed record StoredTopUp(TopUp TopUp, long Version);
