using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>What one device has done at one ask.</summary>
/// <param name="Last">Its last accepted attempt.</param>
/// <param name="Digest">Hash chain over the hashes of its accepted sums, in the order of acceptance.</param>
/// <param name="Signed">Accepted units that the device has signed.</param>
/// <param name="Results">The first of them, for the receipt.</param>
[GenerateSerializer, Alias("RenderShare")]
internal sealed record RenderShare(
    [property: Id(0)] ProviderId Provider,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] DeviceAsk Ask,
    [property: Id(3)] AttemptId Last,
    [property: Id(4)] long PixelSamples,
    [property: Id(5)] int Units,
    [property: Id(6)] string Digest,
    [property: Id(7)] int Signed = 0,
    [property: Id(8)] IReadOnlyList<SignedResult>? Results = null);
