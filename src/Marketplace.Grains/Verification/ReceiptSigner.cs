using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Verification;
using Marketplace.Ledger;
using Marketplace.Solana.Keys;

namespace Marketplace.Grains.Verification;

/// <summary>The marketplace's key for receipts. It moves no money: it says what the marketplace has said.</summary>
public sealed class ReceiptSigner : IDisposable
{
    private readonly Keypair _key;
    private readonly byte[] _publicKey;

    public ReceiptSigner(Keypair key)
    {
        _key = key;
        _publicKey = key.PublicKey.ToArray();
        KeyId = ReceiptKey.IdOf(_publicKey);
    }

    /// <summary>Id of the key that signs now.</summary>
    public string KeyId { get; }

    /// <summary>32 bytes.</summary>
    public IReadOnlyList<byte> PublicKey => _publicKey;

    /// <summary>Signs a text of <see cref="SignedText"/>.</summary>
    public KeySignature Sign(byte[] text) => new(KeyId, Convert.ToBase64String(_key.Sign(text).ToArray()));

    /// <summary>
    /// A secret of 32 bytes for another purpose. It is the hash of a signature that is never given out over a text that
    /// nothing else signs: Ed25519 signs the same text the same way (RFC 8032).
    /// </summary>
    internal byte[] Derive(string purpose) => SHA256.HashData(
        _key.Sign(Encoding.UTF8.GetBytes($"marketplace-derive-v1\n{purpose}")).ToArray());

    /// <summary>A receipt, ready to be written with the journals it explains.</summary>
    internal NewReceipt Sign(Receipt receipt)
    {
        var body = ReceiptFile.Body(receipt);

        return new(
            receipt.Id, receipt.Work, receipt.Account, receipt.Provider, body, Sign(SignedText.Receipt(body)));
    }

    public void Dispose() => _key.Dispose();
}
