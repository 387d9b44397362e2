using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Renders;

/// <summary>What one device has done at one ask.</summary>
/// <param name="Last">Its last accepted attempt.</param>
/// <param name="Digest">Hash chain over the hashes of its accepted sums, in the order of acceptance.</param>
[GenerateSerializer, Alias("RenderShare")]
internal sealed record RenderShare(
    [property: Id(0)] ProviderId Provider,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] DeviceAsk Ask,
    [property: Id(3)] AttemptId Last,
    [property: Id(4)] long PixelSamples,
    [property: Id(5)] int Units,
    [property: Id(6)] string Digest);
