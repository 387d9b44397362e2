namespace Marketplace.Grains.Devices;

/// <summary>A session of an agent: the hash of its token.</summary>
[GenerateSerializer, Alias("DeviceSession")]
internal sealed record DeviceSession([property: Id(0)] string TokenHash, [property: Id(1)] DateTimeOffset ExpiresAt);
