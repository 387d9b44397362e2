using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Grains.Verification;

/// <summary>Hashes as receipts carry them.</summary>
internal static class ReceiptText
{
    /// <summary>Lower-case hex SHA-256 of a text's UTF-8 bytes.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
