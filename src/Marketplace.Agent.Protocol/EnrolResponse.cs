using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>The new device.</summary>
[MessagePackObject]
public sealed record EnrolResponse(
    [property: Key(0)] string DeviceId,
    [property: Key(1)] string ProviderId);
