using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// What a device signs when it delivers: attempt, work, hash of the output and what was used. It ends up on
/// the receipt.
/// </summary>
public static class ResultStatement
{
    /// <summary>
    /// A text: the output is the text of all tokens, in UTF-8. With the root of the commitment where there is one.
    /// </summary>
    public static byte[] Text(
        string attempt, string work, string text, int promptTokens, int outputTokens, string? logits = null) =>
        SignedText.Result(attempt, work, HashOf(text), MeterOfText(promptTokens, outputTokens), logits);

    /// <summary>
    /// A render unit: the output is its file of sums. With the root over its leaves where there is one.
    /// </summary>
    public static byte[] Unit(
        string attempt, string work, string sumsSha256, long pixelSamples, string? leaves = null) =>
        SignedText.Result(attempt, work, sumsSha256, MeterOfUnit(pixelSamples), leaves: leaves);

    /// <summary>Embeddings: the output is the file of vectors.</summary>
    public static byte[] Embedding(string attempt, string work, string vectorsSha256, int promptTokens) =>
        SignedText.Result(attempt, work, vectorsSha256, MeterOfEmbedding(promptTokens));

    /// <summary>What an audit measured: the output is all of its positions.</summary>
    public static byte[] Audit(string attempt, string work, byte[] positions) =>
        SignedText.Result(attempt, work, HashOf(positions), MeterOfAudit(positions));

    public static IReadOnlyDictionary<string, long> MeterOfAudit(byte[] positions) =>
        new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["positions"] = positions.Length / MeasuredPosition.Bytes,
        };

    /// <summary>Lower-case hex SHA-256 of bytes.</summary>
    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static IReadOnlyDictionary<string, long> MeterOfEmbedding(int promptTokens) =>
        new Dictionary<string, long>(StringComparer.Ordinal) { ["promptTokens"] = promptTokens };

    /// <summary>Lower-case hex SHA-256 of a text in UTF-8.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static IReadOnlyDictionary<string, long> MeterOfText(int promptTokens, int outputTokens) =>
        new Dictionary<string, long>(StringComparer.Ordinal)
        {
            ["outputTokens"] = outputTokens,
            ["promptTokens"] = promptTokens,
        };

    public static IReadOnlyDictionary<string, long> MeterOfUnit(long pixelSamples) =>
        new Dictionary<string, long>(StringComparer.Ordinal) { ["pixelSamples"] = pixelSamples };
}
