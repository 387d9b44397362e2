namespace Marketplace.Ledger.Verification;

/// <summary>A signed transaction that puts an epoch's root on a chain.</summary>
/// <param name="Attempt">1 for the first transaction of the epoch; another follows only when one is dead.</param>
/// <param name="Wire">The bytes that are sent, the same ones every time.</param>
/// <param name="Signature">Its signature in base58, known before it is sent.</param>
/// <param name="LastHeight">Height of the last block that may hold it.</param>
/// <param name="State">One of <see cref="Signed"/>, <see cref="Final"/>, <see cref="Dead"/>.</param>
public sealed record StoredAnchor(
    long Epoch,
    long Attempt,
    string Genesis,
    string Signer,
    string Memo,
    byte[] Wire,
    string Signature,
    long LastHeight,
    string State)
{
    /// <summary>On its way, or lost: it is sent until the chain shows it.</summary>
    public const string Signed = "signed";

    /// <summary>The chain calls it finalized.</summary>
    public const string Final = "final";

    /// <summary>It can never land, or it failed on chain.</summary>
    public const string Dead = "dead";
}
