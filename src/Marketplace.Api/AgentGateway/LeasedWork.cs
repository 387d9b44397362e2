using System.Collections.Concurrent;
using System.Collections.Immutable;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// Which device took which attempt at which work through this host, and the files it needs for that. Only a short cut:
/// what is not remembered here is asked of the work itself.
/// </summary>
internal sealed class LeasedWork(TimeProvider clock)
{
    /// <summary>Attempts remembered. Beyond, all are forgotten and the work is asked.</summary>
    public const int EntriesMax = 50_000;

    private readonly ConcurrentDictionary<AttemptId, Lease> _leases = new();
    private readonly ConcurrentDictionary<DeviceId, ImmutableHashSet<AttemptId>> _devices = new();

    public void Remember(WorkOrder order, DeviceId device)
    {
        if (_leases.Count >= EntriesMax)
        {
            _leases.Clear();
            _devices.Clear();
        }

        IReadOnlyList<string> files = order switch
        {
            { Text.Order.Files: { } bundle } => [.. bundle.Files.Select(file => file.Sha256)],
            { Text: { } text } => [text.Order.ModelSha256],
            { Audit.Order.Files: { } bundle } => [.. bundle.Files.Select(file => file.Sha256)],
            { Audit: { } audit } => [audit.Order.ModelSha256],
            { Unit: { } unit } => [.. unit.Order.Scene.Files.Select(file => file.Sha256)],
            _ => [],
        };

        _leases[order.Attempt] = new(device, order.Work, files, order.Deadline);
        _devices.AddOrUpdate(device, [order.Attempt], (_, held) => held.Add(order.Attempt));
    }

    public Lease? Find(AttemptId attempt) => _leases.TryGetValue(attempt, out var lease) ? lease : null;

    /// <summary>Whether an attempt that this device works on, as far as is known here, needs the file.</summary>
    public bool Needs(DeviceId device, string sha256)
    {
        var now = clock.GetUtcNow();

        return _devices.TryGetValue(device, out var attempts) && attempts.Any(
            attempt => Find(attempt) is { } lease
                && now < lease.Deadline
                && lease.Files.Contains(sha256, StringComparer.Ordinal));
    }

    /// <summary>The attempt is over.</summary>
    public void Forget(AttemptId attempt)
    {
        if (_leases.TryRemove(attempt, out var lease))
        {
            var left = _devices.AddOrUpdate(lease.Device, [], (_, held) => held.Remove(attempt));

            if (left.IsEmpty)
            {
                _devices.TryRemove(KeyValuePair.Create(lease.Device, left));
            }
        }
    }

    /// <summary>Who works on what, with which files and until when at most.</summary>
    internal sealed record Lease(DeviceId Device, string Work, IReadOnlyList<string> Files, DateTimeOffset Deadline);
}
