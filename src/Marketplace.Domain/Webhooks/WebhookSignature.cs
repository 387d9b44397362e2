using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Webhooks;

/// <summary>
/// Signatures of the Standard Webhooks specification (standardwebhooks.com): HMAC-SHA256 over
/// <c>id.timestamp.body</c>, in Base64, after <c>v1,</c>.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>Begins a secret as it is shown; the rest is its bytes in Base64.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>Shortest and longest secret of the specification, bytes.</summary>
    public const int SecretBytesMin = 24;

    /// <inheritdoc cref="SecretBytesMin"/>
    public const int SecretBytesMax = 64;

    /// <summary>Signatures of one header that a receiver looks at.</summary>
    public const int SignaturesMax = 16;

    /// <summary>How far the time of a message may be from the receiver's.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";

    /// <summary>A secret as its owner is shown it.</summary>
    public static string Show(ReadOnlySpan<byte> secret) => SecretPrefix + Convert.ToBase64String(secret);

    /// <summary>The bytes of a shown secret, or null when it is none.</summary>
    public static byte[]? Read(string shown)
    {
        var isShown = shown.StartsWith(SecretPrefix, StringComparison.Ordinal);
        var text = isShown ? shown[SecretPrefix.Length..] : string.Empty;
        var bytes = new byte[SecretBytesMax];

        return Convert.TryFromBase64String(text, bytes, out var length)
            && length is >= SecretBytesMin and <= SecretBytesMax
            ? bytes[..length]
            : null;
    }

    /// <summary>One signature, such as <c>v1,K5oZ…=</c>.</summary>
    public static string Sign(ReadOnlySpan<byte> secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var start = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}."));
        var hash = HMACSHA256.HashData(secret, (byte[])[.. start, .. body]);

        return Version + Convert.ToBase64String(hash);
    }

    /// <summary>What is wrong with a message, or null when it is genuine and not too old.</summary>
    /// <param name="secret">The receiver's secret, as it was shown.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>.</param>
    /// <param name="signatures">The header <c>webhook-signature</c>: one or several, with blanks between.</param>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="now">The receiver's time, or null when the age does not matter.</param>
    public static string? WhyNot(
        string secret, string id, string timestamp, string signatures, ReadOnlySpan<byte> body, DateTimeOffset? now)
    {
        if (Read(secret) is not { } key)
        {
            return $"secret: not {SecretPrefix} and {SecretBytesMin} to {SecretBytesMax} bytes in Base64";
        }

        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return $"{TimestampHeader}: '{timestamp}' is no time in whole seconds since 1970";
        }

        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);

        if (now is { } time && (time - at).Duration() > Tolerance)
        {
            return $"{TimestampHeader}: {at:O} is more than {Tolerance.TotalMinutes} minutes from {time:O}";
        }

        var wanted = Encoding.ASCII.GetBytes(Sign(key, id, at, body));
        var isSigned = signatures.Split(' ', SignaturesMax).Any(one =>
            CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), wanted));

        return isSigned ? null : $"{SignatureHeader}: no v1 signature by this secret";
    }
}
