using System.Net;
using System.Net.Sockets;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// Which addresses are of the public internet. What a renter names is only ever connected to there: not this machine,
/// not the network that it stands in, not what clouds answer secrets at.
/// </summary>
internal static class PublicAddress
{
    /// <summary>The special-purpose registry of IANA (RFC 6890 and later), and multicast and reserved space.</summary>
    private static readonly IPNetwork[] SpecialV4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("192.31.196.0/24"),
        IPNetwork.Parse("192.52.193.0/24"), IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("192.175.48.0/24"), IPNetwork.Parse("198.18.0.0/15"), IPNetwork.Parse("198.51.100.0/24"),
        IPNetwork.Parse("203.0.113.0/24"), IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),

        // Azure's own services answer there, in every virtual network.
        IPNetwork.Parse("168.63.129.16/32"),
    ];

    /// <summary>Everything outside is loopback, link-local, unique local, translated or not given out.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>Protocol assignments and Teredo, documentation, 6to4, which hides an address of version 4.</summary>
    private static readonly IPNetwork[] SpecialV6 =
    [
        IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("2002::/16"),
        IPNetwork.Parse("2620:4f:8000::/48"), IPNetwork.Parse("3fff::/20"),
    ];

    public static bool IsPublic(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !SpecialV4.Any(special => special.Contains(plain)),
            AddressFamily.InterNetworkV6 => plain.ScopeId == 0
                && GlobalV6.Contains(plain)
                && !SpecialV6.Any(special => special.Contains(plain)),
            _ => false,
        };
    }
}
