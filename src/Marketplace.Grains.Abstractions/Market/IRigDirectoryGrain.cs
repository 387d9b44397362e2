using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Devices;
using Orleans.Concurrency;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>Which web host serves which device: carries hints. Key 0.</summary>
[GrainInterfaceType("rig-directory"), Alias("IRigDirectoryGrain")]
public interface IRigDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>A web host is there; repeated every half minute.</summary>
    [Alias("Attend")]
    Task Attend(IRigObserver observer, CancellationToken cancel = default);

    /// <summary>The device's agent is connected to this web host.</summary>
    [Alias("Connected")]
    Task Connected(DeviceId device, IRigObserver observer, CancellationToken cancel = default);

    /// <summary>Passes a hint on, if the device is connected anywhere.</summary>
    [Alias("HintWork"), OneWay]
    Task HintWork(DeviceId device);

    /// <summary>Passes a hint on, if the device is connected anywhere.</summary>
    [Alias("HintAbandon"), OneWay]
    Task HintAbandon(DeviceId device, AttemptId attempt);
}
