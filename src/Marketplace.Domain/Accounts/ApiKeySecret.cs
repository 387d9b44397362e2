using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// An API key as its holder keeps it: <c>mk_live_</c> or <c>mk_test_</c>, 256 random bits, and a checksum that lets a
/// mistyped key be refused without a look-up. Only its hash is stored.
/// </summary>
public sealed record ApiKeySecret
{
    public const string LivePrefix = "mk_live_";
    public const string TestPrefix = "mk_test_";

    /// <summary>Random bytes in a key.</summary>
    public const int RandomBytes = 32;

    /// <summary>Prefix of the key of the grain that answers for a secret.</summary>
    public const string GrainPrefix = "akh_";

    private const int BodyLength = 52;
    private const int ChecksumLength = 6;
    private const int HintLength = 4;

    private ApiKeySecret(string text) => Text = text;

    /// <summary>The whole key. Shown once, never logged.</summary>
    public string Text { get; }

    /// <summary>True for a key of the live market.</summary>
    public bool Live => Text.StartsWith(LivePrefix, StringComparison.Ordinal);

    /// <summary>What may be shown for ever: the prefix and the last characters.</summary>
    public string Hint => $"{Text[..LivePrefix.Length]}…{Text[^HintLength..]}";

    /// <summary>Lower-case base 32 of the SHA-256 of the whole key.</summary>
    public string Hash => Base32.Write(SHA256.HashData(Encoding.ASCII.GetBytes(Text)));

    /// <summary>The key of the grain that knows whom this secret stands for.</summary>
    public string GrainKey => GrainPrefix + Hash;

    /// <summary>Makes a key from 32 random bytes, which the caller takes from a cryptographic source.</summary>
    public static ApiKeySecret Create(bool live, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var text = (live ? LivePrefix : TestPrefix) + Base32.Write(random);

        return new(text + Checksum(text));
    }

    /// <summary>False when the text is no key: wrong prefix, length, letters or checksum.</summary>
    public static bool TryParse(string? text, out ApiKeySecret? secret)
    {
        secret = null;
        var isShaped = text is not null
            && text.Length == LivePrefix.Length + BodyLength + ChecksumLength
            && (text.StartsWith(LivePrefix, StringComparison.Ordinal) || text.StartsWith(
                TestPrefix, StringComparison.Ordinal));

        if (!isShaped || Checksum(text![..^ChecksumLength]) != text[^ChecksumLength..])
        {
            return false;
        }

        secret = new(text);
        return true;
    }

    /// <summary>Not the key: records print themselves, and a key must not reach a log that way.</summary>
    public override string ToString() => Hint;

    private static string Checksum(string text) =>
        Base32.Write(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..ChecksumLength];
}
