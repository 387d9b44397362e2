using SimpleBase;

namespace Marketplace.Solana;

/// <summary>
/// Base58 of an exact number of bytes; any other length is refused, and so is text too long to be one.
/// </summary>
internal static class Base58Text
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base58.Bitcoin.Encode(bytes);

    public static bool TryDecode(string? text, int length, out byte[] bytes)
    {
        bytes = [];

        // A byte costs at most 1.3657 characters; the bound keeps a hostile text from a quadratic decode.
        if (string.IsNullOrEmpty(text) || text.Length > (length * 11 / 8) + 1)
        {
            return false;
        }

        var decoded = new byte[text.Length + 1];

        if (!Base58.Bitcoin.TryDecode(text, decoded, out var written) || written != length)
        {
            return false;
        }

        bytes = decoded[..written];
        return true;
    }
}
