using Marketplace.Domain.Compliance;

namespace Marketplace.Ledger.Compliance;

/// <summary>A case as it stands, with the version that a change must name.</summary>
public sealed record StoredReview(ReviewCase Case, long Version);
