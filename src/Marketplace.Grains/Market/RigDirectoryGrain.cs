using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>Knows which web host serves which device. In memory: a lost hint costs a poll.</summary>
[GrainType("rig-directory")]
internal sealed class RigDirectoryGrain(TimeProvider clock) : Grain, IRigDirectoryGrain
{
    /// <summary>A web host that has not attended for this long is gone.</summary>
    public static readonly TimeSpan ObserverLife = TimeSpan.FromMinutes(2);

    /// <summary>Devices known at once.</summary>
    public const int DevicesMax = 100_000;

    private readonly Dictionary<DeviceId, IRigObserver> _devices = [];
    private readonly Dictionary<IRigObserver, DateTimeOffset> _observers = [];

    public Task Attend(IRigObserver observer, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        _observers[observer] = now;

        var silent = _observers.Where(pair => pair.Value + ObserverLife < now).Select(pair => pair.Key).ToArray();

        foreach (var gone in silent)
        {
            _observers.Remove(gone);

            foreach (var device in _devices.Where(pair => pair.Value.Equals(gone)).Select(pair => pair.Key).ToArray())
            {
                _devices.Remove(device);
            }
        }

        return Task.CompletedTask;
    }

    public Task Connected(DeviceId device, IRigObserver observer, CancellationToken cancel = default)
    {
        _observers[observer] = clock.GetUtcNow();

        if (_devices.Count < DevicesMax || _devices.ContainsKey(device))
        {
            _devices[device] = observer;
        }

        return Task.CompletedTask;
    }

    public Task HintWork(DeviceId device)
    {
        if (_devices.TryGetValue(device, out var observer))
        {
            observer.WorkWaiting(device).Ignore();
        }

        return Task.CompletedTask;
    }

    public Task HintAbandon(DeviceId device, AttemptId attempt)
    {
        if (_devices.TryGetValue(device, out var observer))
        {
            observer.Abandon(device, attempt).Ignore();
        }

        return Task.CompletedTask;
    }
}
