using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>A model on a device.</summary>
/// <param name="Model">Its name in the catalogue; null where only the device knows it.</param>
/// <param name="Sha256">What it goes by.</param>
/// <param name="IsLoaded">Whether the device says that it is in memory.</param>
/// <param name="PlacedAt">When the platform asked for it; null where the device has it from its own work.</param>
[GenerateSerializer, Immutable, Alias("PlacementView")]
public sealed record PlacementView(
    [property: Id(0)] DeviceId Device,
    [property: Id(1)] ProviderId Provider,
    [property: Id(2)] DeviceClass Class,
    [property: Id(3)] string? Model,
    [property: Id(4)] string Sha256,
    [property: Id(5)] bool IsLoaded,
    [property: Id(6)] DateTimeOffset? PlacedAt);
