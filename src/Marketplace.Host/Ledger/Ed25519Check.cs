using NSec.Cryptography;

namespace Marketplace.Host.Ledger;

/// <summary>Ed25519 as RFC 8032 has it, for the signatures that stand in the books.</summary>
internal static class Ed25519Check
{
    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && signature.Length == SignatureAlgorithm.Ed25519.SignatureSize
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
}
