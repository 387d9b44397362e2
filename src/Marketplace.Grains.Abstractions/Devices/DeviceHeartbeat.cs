using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>What an agent says of itself every fifteen seconds.</summary>
/// <param name="SlotsFree">Attempts it could take now.</param>
/// <param name="Running">Attempts it works on.</param>
[GenerateSerializer, Immutable, Alias("DeviceHeartbeat")]
public sealed record DeviceHeartbeat(
    [property: Id(0)] int SlotsFree,
    [property: Id(1)] IReadOnlyList<AttemptId> Running);
