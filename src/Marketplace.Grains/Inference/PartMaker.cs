using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Inference;

/// <summary>An earlier attempt that made a part of the text and did not end it.</summary>
/// <param name="From">Its first token within the text.</param>
/// <param name="To">One behind its last.</param>
[GenerateSerializer, Alias("PartMaker")]
internal sealed record PartMaker(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] ProviderId Provider,
    [property: Id(3)] int From,
    [property: Id(4)] int To);
