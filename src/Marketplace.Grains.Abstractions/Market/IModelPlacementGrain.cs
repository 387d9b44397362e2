using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>
/// Asks devices to load models ahead of work that waits for them. Key 0. In memory: what a device was asked for it
/// says again itself.
/// </summary>
[GrainInterfaceType("model-placement"), Alias("IModelPlacementGrain")]
public interface IModelPlacementGrain : IGrainWithIntegerKey
{
    /// <summary>Looks at demand and devices, at most as often as is set; any host may call it.</summary>
    [Alias("Plan")]
    Task Plan(CancellationToken cancel = default);

    /// <summary>
    /// A device says which models it has, and which of them it was asked for. Answers all that it should keep.
    /// </summary>
    [Alias("Report")]
    Task<IReadOnlyList<KeptModel>> Report(
        DeviceId device, DeviceModels models, IReadOnlyList<TicketModel> asked, CancellationToken cancel = default);

    /// <summary>Whether the device was asked for a model that is read from this file.</summary>
    [Alias("IsAsked")]
    Task<bool> IsAsked(DeviceId device, string sha256, CancellationToken cancel = default);

    /// <summary>What is where now, of devices that are there.</summary>
    [Alias("View")]
    Task<IReadOnlyList<PlacementView>> View(CancellationToken cancel = default);
}
