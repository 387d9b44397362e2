using System.Text;
using Stripe;

namespace Marketplace.Stripe;

/// <summary>
/// The secrets that Stripe signs events with. There are several while one is replaced by another, and one for each
/// endpoint.
/// </summary>
public sealed class WebhookSecrets(IReadOnlyList<string> secrets)
{
    /// <summary>How far the time of the signature may be from ours, seconds; Stripe's own default.</summary>
    public const long ToleranceSeconds = 300;

    /// <summary>Longest header that is looked at, characters.</summary>
    public const int HeaderLengthMax = 4_096;

    /// <summary>Whether one of the secrets has signed exactly these bytes, a short time ago.</summary>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="header">The header <c>Stripe-Signature</c>.</param>
    /// <param name="now">The time.</param>
    public bool HaveSigned(ReadOnlySpan<byte> body, string header, DateTimeOffset now)
    {
        if (header.Length is 0 or > HeaderLengthMax)
        {
            return false;
        }

        // Bytes that are no UTF-8 become other text than Stripe signed, and are refused with it.
        var text = Encoding.UTF8.GetString(body);
        return secrets.Any(secret => HasSigned(secret, text, header, now));
    }

    private static bool HasSigned(string secret, string text, string header, DateTimeOffset now)
    {
        try
        {
            EventUtility.ValidateSignature(text, header, secret, ToleranceSeconds, now.ToUnixTimeSeconds());
            return true;
        }
        catch (StripeException)
        {
            return false;
        }
    }
}
