using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>A ticket in a book, and who took of it.</summary>
internal sealed class BookTicket(WorkTicket ticket, DateTimeOffset since)
{
    private readonly Dictionary<DeviceId, DateTimeOffset> _takers = [];

    public WorkTicket Ticket { get; private set; } = ticket;

    public DateTimeOffset HiddenUntil { get; set; }

    /// <summary>When it was taken last, else since when it waits here.</summary>
    public DateTimeOffset TakenAt { get; private set; } = since;

    public void Take(DeviceId device, DateTimeOffset now)
    {
        _takers[device] = now;
        TakenAt = now;
    }

    /// <summary>Whether a device that took it since then is still at it; those that are not are forgotten.</summary>
    public bool IsAttended(DateTimeOffset since, Predicate<DeviceId> isAt)
    {
        foreach (var (device, at) in _takers)
        {
            if (at <= since || !isAt(device))
            {
                _takers.Remove(device);
            }
        }

        return _takers.Count > 0;
    }

    /// <summary>The work as it stands now; in sight again.</summary>
    public BookTicket With(WorkTicket next)
    {
        (Ticket, HiddenUntil) = (next, default);
        return this;
    }
}
