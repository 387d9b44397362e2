using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>
/// The bytes that are signed: a line that says what kind of text this is, then the canonical JSON. The first line keeps
/// a signature for one purpose from being used for another.
/// </summary>
public static class SignedText
{
    private const string ReceiptPurpose = "marketplace-receipt-v1";

    /// <summary>A receipt, by the marketplace.</summary>
    public static byte[] Receipt(string body) => Bytes(ReceiptPurpose, body);

    /// <summary>The same of a receipt in UTF-8.</summary>
    public static byte[] Receipt(ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes(ReceiptPurpose), (byte)'\n', .. body];

    /// <summary>
    /// A receipt together with its proof, by the marketplace: covers what the other signatures do not.
    /// </summary>
    public static byte[] ReceiptFile(string unsealed) => Bytes("marketplace-receipt-file-v1", unsealed);

    /// <summary>The head of an epoch, by the marketplace.</summary>
    public static byte[] Epoch(string head) => Bytes("marketplace-epoch-v1", head);

    /// <summary>The manifest of the catalogue's models, by the marketplace.</summary>
    public static byte[] Models(string manifest) => Bytes("marketplace-models-v1", manifest);

    /// <summary>What was found of a device's work, by the marketplace.</summary>
    public static byte[] Finding(string finding) => Bytes("marketplace-finding-v1", finding);

    /// <summary>What one attempt made, by the device that made it.</summary>
    /// <param name="attempt">The attempt, as the order named it.</param>
    /// <param name="work">The job or render.</param>
    /// <param name="output">Lower-case hex SHA-256 of the output.</param>
    /// <param name="meter">What was used, by name.</param>
    /// <param name="logits">Root of the device's commitment, lower-case hex; null where it made none.</param>
    /// <param name="leaves">
    /// Root over the leaves of a render unit, lower-case hex (<see cref="UnitCommitment"/>); null where there is none.
    /// </param>
    public static byte[] Result(
        string attempt,
        string work,
        string output,
        IReadOnlyDictionary<string, long> meter,
        string? logits = null,
        string? leaves = null)
    {
        var readings = meter.ToDictionary(
            reading => reading.Key, reading => CanonicalJson.Write(reading.Value), StringComparer.Ordinal);
        var statement = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["attempt"] = CanonicalJson.Write(attempt),
            ["meter"] = CanonicalJson.Write(readings),
            ["output"] = CanonicalJson.Write(output),
            ["work"] = CanonicalJson.Write(work),
        };

        if (logits is not null)
        {
            statement["logits"] = CanonicalJson.Write(logits);
        }

        if (leaves is not null)
        {
            statement["leaves"] = CanonicalJson.Write(leaves);
        }

        return Bytes("marketplace-result-v1", CanonicalJson.Write(statement));
    }

    private static byte[] Bytes(string purpose, string text) => Encoding.UTF8.GetBytes($"{purpose}\n{text}");
}
