using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Verification;

/// <summary>
/// A finding as it is handed out: its members and a member <c>proof</c> with the marketplace's signature over them, in
/// canonical form. The same finding signed by the same key is the same bytes.
/// </summary>
public static class FindingFile
{
    /// <summary>Longest file, in characters: a text of the most tokens that all have measured who can.</summary>
    public const int LengthMax = 16 * 1024 * 1024;

    internal const string Proof = "proof";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Puts a finding and its signature together.</summary>
    /// <param name="finding">What is signed.</param>
    /// <param name="sign">Signs with the marketplace's current key.</param>
    public static string Write(Finding finding, Func<byte[], KeySignature> sign)
    {
        var members = ReceiptFile.Members(JsonSerializer.SerializeToElement(finding, Json));
        members[Proof] = CanonicalJson.Write(
            JsonSerializer.SerializeToElement(sign(SignedText.Finding(CanonicalJson.Write(members))), Json));

        return CanonicalJson.Write(members);
    }
}
