namespace Marketplace.Compute.Devices;

/// <summary>A kind of device that cannot be used here, and why: what is missing and what would help.</summary>
public sealed record UnusableDevice(DeviceKind Kind, string Reason);
