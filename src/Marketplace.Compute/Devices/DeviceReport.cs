namespace Marketplace.Compute.Devices;

/// <summary>What a probe of this machine found. The Host is always usable and stands last.</summary>
public sealed record DeviceReport(IReadOnlyList<DeviceFacts> Usable, IReadOnlyList<UnusableDevice> Unusable);
