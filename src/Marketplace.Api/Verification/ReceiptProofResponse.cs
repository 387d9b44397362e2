using Marketplace.Domain.Verification;

namespace Marketplace.Api.Verification;

/// <summary>What proves a receipt.</summary>
/// <param name="Marketplace">Signature over the receipt, made when it was written.</param>
/// <param name="Chain">Its place among all receipts.</param>
/// <param name="Epoch">The closed epoch it is in, and the way to its root; null while that is open.</param>
/// <param name="Anchor">The transaction with the root; null before it was sent.</param>
/// <param name="Seal">Signature over the whole file without this member.</param>
internal sealed record ReceiptProofResponse(
    KeySignature Marketplace,
    ReceiptProof.Link Chain,
    ReceiptProof.Inclusion? Epoch,
    ReceiptProof.OnChain? Anchor,
    KeySignature Seal);
