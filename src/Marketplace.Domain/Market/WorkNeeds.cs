using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Market;

/// <summary>What a piece of work needs of a device. The same rules serve search, quotes and placement.</summary>
/// <param name="Kind">The kind of work.</param>
/// <param name="Cap">The highest ask the renter accepts; only the parts that the kind uses count.</param>
/// <param name="MemoryBytes">Memory it takes on the device.</param>
/// <param name="Region">A region, or null for any.</param>
/// <param name="Class">A device class, or null for any.</param>
/// <param name="Providers">Whose devices, or null for anybody's.</param>
/// <param name="Device">A kind of device, or null for any.</param>
[GenerateSerializer, Immutable, Alias("WorkNeeds")]
public sealed record WorkNeeds(
    [property: Id(0)] WorkKind Kind,
    [property: Id(1)] DeviceAsk Cap,
    [property: Id(2)] long MemoryBytes,
    [property: Id(3)] string? Region,
    [property: Id(4)] DeviceClass? Class,
    [property: Id(5)] ProviderChoice? Providers = null,
    [property: Id(6)] DeviceKind? Device = null);
