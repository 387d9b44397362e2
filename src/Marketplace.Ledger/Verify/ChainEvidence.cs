namespace Marketplace.Ledger.Verify;

/// <summary>What the chains say of everything that is ours on them, as it was finalized when it was read.</summary>
/// <param name="ReadAt">
/// When the reading began: what the books have posted before must be in it, what they posted later need not.
/// </param>
/// <param name="Rails">One for each configured rail.</param>
/// <param name="Anchors">What stands on the chain for each anchor that the books call final.</param>
public sealed record ChainEvidence(
    DateTimeOffset ReadAt, IReadOnlyList<RailEvidence> Rails, IReadOnlyList<AnchorEvidence> Anchors);
