using System.Numerics;

namespace Marketplace.Domain.Providers;

/// <summary>
/// Checks that a text can be a wallet on Solana: base 58 of 32 bytes that are a point of the curve. An address off the
/// curve belongs to a program, and money sent to its token account could be lost.
/// </summary>
public static class WalletAddress
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const int LengthMin = 32;
    private const int LengthMax = 44;
    private const int KeyBytes = 32;

    // The field of edwards25519 and its constant d = -121665/121666 (RFC 8032, 5.1).
    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger D = Mod(-121665 * BigInteger.ModPow(121666, P - 2, P));

    /// <summary>Why the text is no wallet, or null when it can be one.</summary>
    public static string? WhyNot(string text)
    {
        if (text.Length is < LengthMin or > LengthMax)
        {
            return $"has {text.Length} characters, a wallet has {LengthMin} to {LengthMax}";
        }

        var value = BigInteger.Zero;

        for (var at = 0; at < text.Length; at++)
        {
            var digit = Alphabet.IndexOf(text[at], StringComparison.Ordinal);

            if (digit < 0)
            {
                return $"'{text[at]}' at {at} is no letter of base 58";
            }

            value = (value * 58) + digit;
        }

        var body = value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);
        var zeros = text.TakeWhile(letter => letter == Alphabet[0]).Count();

        if (zeros + body.Length != KeyBytes)
        {
            return $"is {zeros + body.Length} bytes, a wallet is {KeyBytes}";
        }

        return IsOnCurve([.. new byte[zeros], .. body])
            ? null
            : "is off the curve: the address of a program, not of a wallet";
    }

    /// <summary>Whether x² = (y² − 1) / (d·y² + 1) has a root for the encoded y.</summary>
    private static bool IsOnCurve(byte[] key)
    {
        var sign = key[^1] >> 7;
        key[^1] &= 0x7F;
        var y = new BigInteger(key, isUnsigned: true);

        if (y >= P)
        {
            return false;
        }

        var ySquared = Mod(y * y);
        var xSquared = Mod((ySquared - 1) * BigInteger.ModPow(Mod((D * ySquared) + 1), P - 2, P));

        return xSquared.IsZero ? sign == 0 : BigInteger.ModPow(xSquared, (P - 1) / 2, P).IsOne;
    }

    private static BigInteger Mod(BigInteger value) => ((value % P) + P) % P;
}
