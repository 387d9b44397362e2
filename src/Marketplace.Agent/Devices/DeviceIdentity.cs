namespace Marketplace.Agent.Devices;

/// <summary>An enrolled device: who it is and how it was offered.</summary>
internal sealed record DeviceIdentity(
    string DeviceId,
    string ProviderId,
    Uri Market,
    string Device,
    string Region,
    int Slots,
    DeviceKey Key);
