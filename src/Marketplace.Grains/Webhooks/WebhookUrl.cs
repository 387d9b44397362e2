using System.Net;

namespace Marketplace.Grains.Webhooks;

/// <summary>Which addresses a webhook may have.</summary>
internal static class WebhookUrl
{
    /// <summary>Longest address, characters.</summary>
    public const int LengthMax = 500;

    /// <summary>Longest name of a host as it is sent, characters: RFC 1035, 2.3.4, with a dot at its end.</summary>
    private const int HostLengthMax = 254;

    /// <summary>
    /// Why a webhook may not have this address, or null. What a host's name stands for is looked at when it is
    /// connected to, each time.
    /// </summary>
    public static string? WhyNot(string url, bool allowHttp, bool allowPrivate)
    {
        if (url.Length > LengthMax)
        {
            return $"has {url.Length} characters, allowed are {LengthMax}";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !(allowHttp && address.Scheme == Uri.UriSchemeHttp)))
        {
            return allowHttp ? "must be an absolute http or https address" : "must be an absolute https address";
        }

        if (address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            return "must have neither a user nor a fragment";
        }

        if (!HasSendableHost(address))
        {
            return "must have a host that DNS can hold: at most 63 characters between two dots, "
                + $"{HostLengthMax} in all, those outside ASCII as Punycode writes them";
        }

        return !allowPrivate && IsPrivate(address)
            ? $"must be on the public internet, '{address.Host}' is not"
            : null;
    }

    /// <summary>
    /// The name as it is sent, in ASCII, is worked out late: it throws then, or is none of DNS any more when too long.
    /// </summary>
    private static bool HasSendableHost(Uri address)
    {
        try
        {
            return address.IdnHost.Length is > 0 and <= HostLengthMax
                && address.HostNameType is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
        }
        catch (UriFormatException)
        {
            return false;
        }
    }

    private static bool IsPrivate(Uri address)
    {
        var host = address.DnsSafeHost.TrimEnd('.');

        return IPAddress.TryParse(host, out var literal)
            ? !PublicAddress.IsPublic(literal)
            : !host.Contains('.', StringComparison.Ordinal)
                || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".local", StringComparison.OrdinalIgnoreCase)
                || host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase);
    }
}
