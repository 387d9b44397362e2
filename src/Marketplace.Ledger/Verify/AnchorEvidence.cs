namespace Marketplace.Ledger.Verify;

/// <summary>What the chain says of the transaction that anchors an epoch.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Signature">Names the transaction.</param>
/// <param name="Memo">The memo in it; null when the chain has finalized no such transaction, or it failed.</param>
/// <param name="Signer">Whose signature pays for it; null as above.</param>
public sealed record AnchorEvidence(long Epoch, string Signature, string? Memo, string? Signer);
