using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Market;

/// <summary>A device that is connected and listed, at the price its provider asks.</summary>
/// <param name="Models">The models that it has at hand; null where its agent does not say.</param>
[GenerateSerializer, Immutable, Alias("Offer")]
public sealed record Offer(
    [property: Id(0)] DeviceId Device,
    [property: Id(1)] ProviderId Provider,
    [property: Id(2)] DeviceSpec Spec,
    [property: Id(3)] DeviceAsk Ask,
    [property: Id(4)] int SlotsFree,
    [property: Id(5)] DateTimeOffset HeardAt,
    [property: Id(6)] DeviceModels? Models = null)
{
    public DeviceClass Class => DeviceClass.Of(Spec);
}
