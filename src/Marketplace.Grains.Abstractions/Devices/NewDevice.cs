using Marketplace.Domain.Devices;

namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>A device to be enrolled.</summary>
/// <param name="PublicKey">Ed25519 public key of the agent, 32 bytes.</param>
[GenerateSerializer, Immutable, Alias("NewDevice")]
public sealed record NewDevice(
    [property: Id(0)] byte[] PublicKey,
    [property: Id(1)] DeviceSpec Spec);
