using Marketplace.Agent.Protocol;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// Knows which devices are connected to this host and carries the cluster's hints to them. The directory of rigs lives
/// in memory, so presence is told again every half minute.
/// </summary>
internal sealed partial class RigSockets(
    IGrainFactory grains, IHubContext<AgentHub> hub, TimeProvider clock, ILogger<RigSockets> log)
    : BackgroundService, IRigObserver
{
    private const int ConnectionsPerDeviceMax = 4;

    private static readonly TimeSpan AttendPeriod = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<DeviceId, HashSet<string>> _connections = [];
    private IRigObserver? _self;

    private IRigObserver Self => LazyInitializer.EnsureInitialized(
        ref _self, () => grains.CreateObjectReference<IRigObserver>(this));

    private IRigDirectoryGrain Directory => grains.GetGrain<IRigDirectoryGrain>(0);

    /// <summary>An agent's socket is open; false when the device has too many.</summary>
    public async Task<bool> Opened(DeviceId device, string connection)
    {
        lock (_lock)
        {
            if (!_connections.TryGetValue(device, out var open))
            {
                _connections[device] = open = new(StringComparer.Ordinal);
            }

            if (open.Count >= ConnectionsPerDeviceMax)
            {
                return false;
            }

            open.Add(connection);
        }

        try
        {
            await Directory.Connected(device, Self);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Without the directory there are no hints for a while; the agent polls, and presence is told again.
            LogNotAttended(fault);
        }

        return true;
    }

    /// <summary>An agent's socket is closed; with the last one the device leaves the market.</summary>
    public async Task Closed(DeviceId device, string connection)
    {
        lock (_lock)
        {
            if (!_connections.TryGetValue(device, out var open) || !open.Remove(connection) || open.Count > 0)
            {
                return;
            }

            _connections.Remove(device);
        }

        try
        {
            await grains.GetGrain<IDeviceGrain>(device.Value).Disconnected();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // The device falls silent and is lost by its heartbeat all the same.
            LogNotTold(fault, device);
        }
    }

    public Task WorkWaiting(DeviceId device) =>
        hub.Clients.User(device.Value).SendAsync(HubMethods.WorkWaiting);

    public Task Abandon(DeviceId device, AttemptId attempt) =>
        hub.Clients.User(device.Value).SendAsync(HubMethods.Abandon, attempt.Value);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(AttendPeriod, clock);

        do
        {
            try
            {
                await Attend(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotAttended(fault);
            }
        }
        while (await Ticks(timer, stoppingToken));
    }

    private static async Task<bool> Ticks(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Attend(CancellationToken cancel)
    {
        await Directory.Attend(Self, cancel);

        foreach (var device in Connected())
        {
            await Directory.Connected(device, Self, cancel);
        }
    }

    private DeviceId[] Connected()
    {
        lock (_lock)
        {
            return [.. _connections.Keys];
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The directory of rigs was not told that this host is here")]
    private partial void LogNotAttended(Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "Device {Device} was not told that its agent left")]
    private partial void LogNotTold(Exception fault, DeviceId device);
}
