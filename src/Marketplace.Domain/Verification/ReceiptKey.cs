using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>A public key of the marketplace's receipts.</summary>
/// <param name="Id">First 16 hex digits of the SHA-256 of the key.</param>
/// <param name="PublicKey">Base64 of the Ed25519 key, 32 bytes.</param>
/// <param name="Since">When it was first used.</param>
/// <param name="Current">Whether new receipts are signed with it.</param>
[GenerateSerializer, Immutable, Alias("ReceiptKey")]
public sealed record ReceiptKey(
    [property: Id(0)] string Id,
    [property: Id(1)] string PublicKey,
    [property: Id(2)] DateTimeOffset Since,
    [property: Id(3)] bool Current)
{
    private const int IdDigits = 16;

    /// <summary>The id that follows from a key's bytes.</summary>
    public static string IdOf(ReadOnlySpan<byte> publicKey) =>
        Convert.ToHexStringLower(SHA256.HashData(publicKey))[..IdDigits];
}
