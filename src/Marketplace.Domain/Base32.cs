namespace Marketplace.Domain;

/// <summary>
/// Writes bytes in the alphabet of ids (Crockford base 32, lower case), five bits a letter, first bit first.
/// </summary>
public static class Base32
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private const int BitsPerLetter = 5;

    /// <summary>The text; the last letter is filled up with zero bits.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + BitsPerLetter - 1) / BitsPerLetter];
        var (bits, count, next) = (0, 0, 0);

        for (var at = 0; at < text.Length; at++)
        {
            if (count < BitsPerLetter)
            {
                bits = ((bits << 8) | (next < bytes.Length ? bytes[next] : 0)) & 0xFFFF;
                count += 8;
                next++;
            }

            count -= BitsPerLetter;
            text[at] = Alphabet[(bits >> count) & 31];
        }

        return new(text);
    }
}
