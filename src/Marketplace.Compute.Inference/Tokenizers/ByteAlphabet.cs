using System.Text;

namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>
/// The printable character that stands for each byte in a byte-level vocabulary: itself where it is printable, the next
/// one from U+0100 on otherwise (a space is U+0120). Source: openai/gpt-2, encoder.py, bytes_to_unicode.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Make();
    private static readonly Dictionary<char, byte> Bytes =
        Enumerable.Range(0, 256).ToDictionary(value => Characters[value], value => (byte)value);

    public static char Of(byte value) => Characters[value];

    /// <summary>The bytes that a token's text stands for; the text in UTF-8 where it is not of this alphabet.</summary>
    public static byte[] Decode(string text)
    {
        var bytes = new byte[text.Length];

        for (var at = 0; at < text.Length; at++)
        {
            if (!Bytes.TryGetValue(text[at], out bytes[at]))
            {
                return Encoding.UTF8.GetBytes(text);
            }
        }

        return bytes;
    }

    private static char[] Make()
    {
        var characters = new char[256];
        var next = '\u0100';

        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[value] = isPrintable ? (char)value : next++;
        }

        return characters;
    }
}
