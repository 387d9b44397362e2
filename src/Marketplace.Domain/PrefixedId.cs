using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain;

/// <summary>
/// How ids are written: a prefix that names the kind, then 26 characters of Crockford base 32 (lower case) that hold
/// 128 bits. Grain keys are ids, and only prefixed text is safe there: bare digits are read as numbers by the storage.
/// </summary>
public static class PrefixedId
{
    /// <summary>Characters after the prefix.</summary>
    public const int BodyLength = 26;

    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Writes 128 bits as 26 characters; text order is the order of the bytes.</summary>
    public static string Write(string prefix, Guid value)
    {
        var bits = UInt128.Zero;

        foreach (var part in value.ToByteArray(bigEndian: true))
        {
            bits = (bits << 8) | part;
        }

        return prefix + string.Create(BodyLength, bits, static (body, rest) =>
        {
            for (var at = body.Length - 1; at >= 0; at--)
            {
                body[at] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }

    /// <summary>Whether the text is the prefix followed by a body in the right alphabet.</summary>
    public static bool Fits(string prefix, string? text) =>
        text is not null
        && text.Length == prefix.Length + BodyLength
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(prefix.Length).IndexOfAnyExcept(Letters) < 0;

    /// <summary>Returns the text if it fits.</summary>
    /// <exception cref="FormatException">The text is no such id.</exception>
    public static string Check(string prefix, string? text) => Fits(prefix, text)
        ? text!
        : throw new FormatException($"'{text}' is no id of the form {prefix}… ({BodyLength} characters after it).");

    /// <summary>128 bits that follow from the words alone, so that a repeated request names the same thing.</summary>
    public static Guid Derive(params ReadOnlySpan<string> words)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];

        foreach (var word in words)
        {
            var bytes = Encoding.UTF8.GetBytes(word);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return new Guid(hash.GetHashAndReset().AsSpan(0, 16), bigEndian: true);
    }
}
