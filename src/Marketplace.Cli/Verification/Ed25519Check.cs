using NSec.Cryptography;

namespace Marketplace.Cli.Verification;

/// <summary>Ed25519 as RFC 8032 has it.</summary>
internal static class Ed25519Check
{
    public static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && signature.Length == SignatureAlgorithm.Ed25519.SignatureSize
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);
}
