using System.Collections.Concurrent;
using Marketplace.Domain.Devices;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// How much each device may upload in an hour: what a rig sends is stored before anybody can judge it. Counted by each
/// host for itself.
/// </summary>
internal sealed class AgentUploads(IOptions<ApiOptions> options, TimeProvider clock)
{
    /// <summary>Devices counted at once; beyond, all begin anew.</summary>
    public const int DevicesMax = 100_000;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<DeviceId, Window> _windows = new();

    /// <summary>Takes the bytes of one upload; answers when to try again, or null when it may go ahead.</summary>
    public TimeSpan? Take(DeviceId device, long bytes)
    {
        var now = clock.GetUtcNow();

        if (_windows.Count >= DevicesMax)
        {
            _windows.Clear();
        }

        var window = _windows.AddOrUpdate(
            device,
            _ => new(now + Hour, bytes),
            (_, held) => now < held.Until ? held with { Bytes = held.Bytes + bytes } : new(now + Hour, bytes));

        return window.Bytes <= options.Value.AgentUploadBytesPerHour ? null : window.Until - now;
    }

    private sealed record Window(DateTimeOffset Until, long Bytes);
}
