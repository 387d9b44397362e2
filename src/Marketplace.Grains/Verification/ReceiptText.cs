using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>
/// The canonical JSON of a receipt: members in the order of <see cref="Receipt"/>, camel case, the meter's names in
/// ordinal order, no white space, UTF-8 as it is. The same receipt always gives the same bytes.
/// </summary>
internal static class ReceiptText
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    public static string Write(Receipt receipt)
    {
        var meter = new SortedDictionary<string, long>(receipt.Meter.ToDictionary(), StringComparer.Ordinal);

        return JsonSerializer.Serialize(receipt with { Meter = meter }, Options);
    }

    /// <summary>Lower-case hex SHA-256 of a text's UTF-8 bytes.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
