using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>A provider whose devices may check a text, in the order that was drawn.</summary>
[GenerateSerializer, Alias("VerifierTurn")]
internal sealed record VerifierTurn(
    [property: Id(0)] ProviderId Provider, [property: Id(1)] IReadOnlyList<DeviceId> Devices);
