using System.Net;

namespace Marketplace.Host.Storage;

/// <summary>How this process's silo is found by others. Section <c>Silo</c>.</summary>
public sealed class SiloEndpointOptions
{
    public const string Section = "Silo";

    /// <summary>Silos with the same name and database form one cluster.</summary>
    public string ClusterId { get; set; } = "marketplace";

    /// <summary>
    /// Address at which the other silos reach this one: an IP address. Silos on one machine keep the default; in
    /// Kubernetes it is the pod's.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    /// <summary>TCP port for other silos; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>TCP port for clients of the cluster; 0 takes a free one.</summary>
    public int GatewayPort { get; set; }

    internal IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(ClusterId))
        {
            yield return "Silo:ClusterId is empty; give the cluster a name, such as marketplace.";
        }

        if (!IPAddress.TryParse(AdvertisedAddress, out var address) || address.Equals(IPAddress.Any)
            || address.Equals(IPAddress.IPv6Any))
        {
            yield return $"Silo:AdvertisedAddress is '{AdvertisedAddress}'; give an IP address that other silos can "
                + "reach.";
        }

        if (Port is < 0 or > IPEndPoint.MaxPort)
        {
            yield return $"Silo:Port is {Port}; allowed are 1 to {IPEndPoint.MaxPort}, or 0 for a free one.";
        }

        if (GatewayPort is < 0 or > IPEndPoint.MaxPort)
        {
            yield return $"Silo:GatewayPort is {GatewayPort}; allowed are 1 to {IPEndPoint.MaxPort}, or 0 for a free "
                + "one.";
        }

        if (Port != 0 && Port == GatewayPort)
        {
            yield return $"Silo:Port and Silo:GatewayPort are both {Port}; give them different ones.";
        }
    }
}
