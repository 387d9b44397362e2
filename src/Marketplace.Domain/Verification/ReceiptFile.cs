using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// A receipt as it is handed out: the members of the receipt and a member <c>proof</c>, in canonical form. The last
/// signature, the seal, covers all of it, so that a change of any byte shows.
/// </summary>
public static class ReceiptFile
{
    internal const string Proof = "proof";
    internal const string Seal = "seal";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Puts a receipt and its proof together.</summary>
    /// <param name="body">Canonical JSON of the receipt.</param>
    /// <param name="proof">What proves it.</param>
    /// <param name="seal">Signs with the marketplace's current key.</param>
    public static string Write(string body, ReceiptProof proof, Func<byte[], KeySignature> seal)
    {
        var receipt = Members(CanonicalJson.Parse(body));
        var parts = Members(JsonSerializer.SerializeToElement(proof, Json));
        receipt[Proof] = CanonicalJson.Write(parts);
        parts[Seal] = CanonicalJson.Write(
            JsonSerializer.SerializeToElement(seal(SignedText.ReceiptFile(CanonicalJson.Write(receipt))), Json));
        receipt[Proof] = CanonicalJson.Write(parts);

        return CanonicalJson.Write(receipt);
    }

    /// <summary>The canonical JSON of a receipt; the same receipt always gives the same bytes.</summary>
    public static string Body(Receipt receipt) =>
        CanonicalJson.Write(JsonSerializer.SerializeToElement(receipt, Json));

    internal static Dictionary<string, string> Members(JsonElement value) => value.EnumerateObject()
        .ToDictionary(member => member.Name, member => CanonicalJson.Write(member.Value), StringComparer.Ordinal);
}
