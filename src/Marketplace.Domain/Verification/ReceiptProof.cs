namespace Marketplace.Domain.Verification;

/// <summary>What makes a receipt believable without asking the marketplace.</summary>
/// <param name="Marketplace">Its signature over the receipt.</param>
/// <param name="Chain">The receipt's place among all receipts.</param>
/// <param name="Epoch">The closed epoch it is in; null while the epoch is open.</param>
/// <param name="Anchor">Where the epoch's root is on chain; null before it was sent, or without a chain.</param>
public sealed record ReceiptProof(
    KeySignature Marketplace, ReceiptProof.Link Chain, ReceiptProof.Inclusion? Epoch, ReceiptProof.OnChain? Anchor)
{
    /// <summary>One link of the chain of receipts.</summary>
    /// <param name="Sequence">Place, from 1.</param>
    /// <param name="Previous">Lower-case hex hash of the receipt before it; zeros for the first.</param>
    /// <param name="Hash">Lower-case hex of <see cref="ReceiptChain.Next(byte[], long, string)"/>.</param>
    public sealed record Link(long Sequence, string Previous, string Hash);

    /// <summary>An epoch's signed head, and the way from the receipt's chain hash to its root.</summary>
    /// <param name="Path">Lower-case hex, from the leaf upwards.</param>
    public sealed record Inclusion(
        long Number,
        long First,
        long Size,
        string Root,
        string ClosedAt,
        string Key,
        string Signature,
        IReadOnlyList<string> Path);

    /// <summary>The transaction whose memo holds the root.</summary>
    /// <param name="State"><c>pending</c> until the chain calls it finalized, then <c>final</c>.</param>
    /// <param name="Transaction">Its signature in base58.</param>
    public sealed record OnChain(string State, string Genesis, string Signer, string Transaction, string Memo);
}
