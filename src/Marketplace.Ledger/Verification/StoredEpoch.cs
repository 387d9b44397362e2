using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verification;

/// <summary>A closed epoch with the marketplace's signature over its head.</summary>
public sealed record StoredEpoch(EpochHead Head, KeySignature Signature);
