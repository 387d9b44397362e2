namespace Marketplace.Domain.Devices;

/// <summary>Whether new work may go to a device.</summary>
[GenerateSerializer, Alias("DeviceStanding")]
public enum DeviceStanding
{
    /// <summary>Enrolled and offered whenever its agent is connected.</summary>
    Listed = 0,

    /// <summary>Finishes what it has and gets nothing new.</summary>
    Draining = 1,

    /// <summary>Its provider is suspended.</summary>
    Suspended = 2,

    /// <summary>
    /// Checks of its work failed: it gets nothing new until that is long ago or an admin reinstates it.
    /// </summary>
    SetAside = 3,
}
