using System.Threading.Channels;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Devices;

namespace Marketplace.Grains.Tests.Market;

/// <summary>A web host that notes the hints.</summary>
internal sealed class Hints : IRigObserver
{
    private readonly Channel<DeviceId> _devices = Channel.CreateUnbounded<DeviceId>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task WorkWaiting(DeviceId device) => _devices.Writer.WriteAsync(device).AsTask();

    public Task Abandon(DeviceId device, AttemptId attempt) => Task.CompletedTask;

    public async Task<DeviceId> Next() =>
        await _devices.Reader.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
}
