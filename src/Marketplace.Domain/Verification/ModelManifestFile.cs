using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// A manifest as it is handed out: its members and a member <c>proof</c> with the marketplace's signature over them,
/// in canonical form. The same version signed by the same key is the same bytes (RFC 8032: Ed25519 draws nothing).
/// </summary>
public static class ModelManifestFile
{
    internal const string Proof = "proof";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Puts a manifest and its signature together.</summary>
    /// <param name="manifest">What is signed.</param>
    /// <param name="sign">Signs with the marketplace's current key.</param>
    public static string Write(ModelManifest manifest, Func<byte[], KeySignature> sign)
    {
        var members = ReceiptFile.Members(JsonSerializer.SerializeToElement(manifest, Json));
        members[Proof] = CanonicalJson.Write(
            JsonSerializer.SerializeToElement(sign(SignedText.Models(CanonicalJson.Write(members))), Json));

        return CanonicalJson.Write(members);
    }
}
