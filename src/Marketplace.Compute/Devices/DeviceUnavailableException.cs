namespace Marketplace.Compute.Devices;

/// <summary>The device that was asked for is not there; there is no silent fallback. The message says why.</summary>
public sealed class DeviceUnavailableException(string message) : Exception(message);
