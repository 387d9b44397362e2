using Marketplace.Domain.Accounts;
using Marketplace.Domain.Verification;
using Marketplace.Ledger;
using Marketplace.Ledger.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>Puts a receipt together with everything that proves it, as far as that exists by now.</summary>
internal sealed class ReceiptProofs(
    ReceiptRows receipts, EpochRows epochs, AnchorRows anchors, ReceiptKeyRows keys, ReceiptSigner signer)
{
    private const string Pending = "pending";

    /// <summary>The receipt's file when it belongs to the account (null: any); null when there is none.</summary>
    public async Task<string?> File(ReceiptId id, AccountId? account, CancellationToken cancel)
    {
        if (await receipts.Find(id, cancel) is not { } receipt || (account is not null && receipt.Account != account))
        {
            return null;
        }

        if (receipt.Signature is null)
        {
            // From before receipts were signed: shown as it was written, and it proves nothing.
            return receipt.Body;
        }

        var epoch = await epochs.Of(receipt.Sequence, cancel);
        var proof = new ReceiptProof(
            receipt.Signature,
            new(receipt.Sequence, receipt.PreviousHash, receipt.Hash),
            epoch is null ? null : await Inclusion(receipt, epoch, cancel),
            epoch is null ? null : OnChain(await anchors.Last(epoch.Head.Number, cancel)));

        return ReceiptFile.Write(receipt.Body, proof, signer.Sign);
    }

    /// <summary>What readers of receipts need to trust.</summary>
    public async Task<ReceiptKeys> Keys(CancellationToken cancel)
    {
        var known = await keys.List(signer.KeyId, cancel);

        if (!known.Any(key => key.Current))
        {
            await keys.Add([.. signer.PublicKey], cancel);
            known = await keys.List(signer.KeyId, cancel);
        }

        return new(known, await anchors.Signers(cancel));
    }

    private static ReceiptProof.OnChain? OnChain(StoredAnchor? anchor) => anchor switch
    {
        null or { State: StoredAnchor.Dead } => null,
        _ => new(
            anchor.State == StoredAnchor.Final ? StoredAnchor.Final : Pending,
            anchor.Genesis,
            anchor.Signer,
            anchor.Signature,
            anchor.Memo),
    };

    private async Task<ReceiptProof.Inclusion> Inclusion(
        StoredReceipt receipt, StoredEpoch epoch, CancellationToken cancel)
    {
        var (head, signed) = (epoch.Head, epoch.Signature);
        var leaves = await epochs.Hashes(head, cancel);
        var path = MerkleTree.Path(leaves, (int)(receipt.Sequence - head.First));

        return new(
            head.Number,
            head.First,
            head.Size,
            head.Root,
            head.ClosedAt,
            signed.Key,
            signed.Signature,
            [.. path.Select(Convert.ToHexStringLower)]);
    }
}
