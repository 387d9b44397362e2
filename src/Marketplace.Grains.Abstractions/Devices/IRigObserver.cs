using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Abstractions.Devices;

/// <summary>
/// One per web host: carries hints to the agents connected to it. Correctness never rests on a hint; agents also poll.
/// </summary>
[Alias("IRigObserver")]
public interface IRigObserver : IGrainObserver
{
    /// <summary>There is work for this device.</summary>
    [Alias("WorkWaiting")]
    [Orleans.Concurrency.OneWay]
    Task WorkWaiting(DeviceId device);

    /// <summary>This attempt's result is no longer wanted.</summary>
    [Alias("Abandon")]
    [Orleans.Concurrency.OneWay]
    Task Abandon(DeviceId device, AttemptId attempt);
}
