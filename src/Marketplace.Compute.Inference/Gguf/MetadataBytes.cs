using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>Canonical bytes of metadata: entries by key, every part with its length before it.</summary>
internal static class MetadataBytes
{
    /// <summary>
    /// SHA-256 of the entries whose key begins so; another order of the same entries gives the same bytes.
    /// </summary>
    public static byte[] Of(IReadOnlyDictionary<string, object> metadata, string prefix)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);

        foreach (var (key, value) in metadata
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Text(writer, key);
            Value(writer, value);
        }

        writer.Flush();
        return SHA256.HashData(bytes.ToArray());
    }

    private static void Value(BinaryWriter writer, object value)
    {
        if (value is Array list)
        {
            writer.Write(list.Length);

            foreach (var element in list)
            {
                Value(writer, element);
            }

            return;
        }

        Text(writer, value.GetType().Name);
        Text(writer, value switch
        {
            float number => BitConverter.SingleToUInt32Bits(number).ToString(CultureInfo.InvariantCulture),
            double number => BitConverter.DoubleToUInt64Bits(number).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        });
    }

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
