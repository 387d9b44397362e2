using System.Collections.Concurrent;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// Which device took which attempt at which work through this host. Only a short cut: what is not remembered here is
/// asked of the work itself.
/// </summary>
internal sealed class LeasedWork
{
    private const int EntriesMax = 50_000;

    private readonly ConcurrentDictionary<AttemptId, Lease> _leases = new();

    public void Remember(AttemptId attempt, DeviceId device, string work)
    {
        if (_leases.Count >= EntriesMax)
        {
            _leases.Clear();
        }

        _leases[attempt] = new(device, work);
    }

    public Lease? Find(AttemptId attempt) => _leases.TryGetValue(attempt, out var lease) ? lease : null;

    /// <summary>Who works on what.</summary>
    internal sealed record Lease(DeviceId Device, string Work);
}
