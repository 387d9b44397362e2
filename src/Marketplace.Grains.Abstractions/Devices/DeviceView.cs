using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>A device as its provider sees it.</summary>
/// <param name="Running">Attempts it holds now.</param>
/// <param name="FailedAudits">Failed checks that count against it now.</param>
/// <param name="Models">The models that it has at hand; null where its agent does not say.</param>
[GenerateSerializer, Immutable, Alias("DeviceView")]
public sealed record DeviceView(
    [property: Id(0)] DeviceId Id,
    [property: Id(1)] ProviderId Provider,
    [property: Id(2)] DeviceSpec Spec,
    [property: Id(3)] DeviceAsk Ask,
    [property: Id(4)] DeviceStanding Standing,
    [property: Id(5)] bool Connected,
    [property: Id(6)] DateTimeOffset? HeardAt,
    [property: Id(7)] int Running,
    [property: Id(8)] byte[] PublicKey,
    [property: Id(9)] DateTimeOffset EnrolledAt,
    [property: Id(10)] int FailedAudits = 0,
    [property: Id(11)] DeviceModels? Models = null);
