using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>A ticket in a book, and who took of it.</summary>
internal sealed class BookTicket(WorkTicket ticket, DateTimeOffset since)
{
    private readonly Dictionary<DeviceId, DateTimeOffset> _takers = [];

    public WorkTicket Ticket { get; private set; } = ticket;

    public DateTimeOffset HiddenUntil { get; private set; }

    /// <summary>When it was taken last, else since when it waits here.</summary>
    public DateTimeOffset TakenAt { get; private set; } = since;

    /// <summary>
    /// A device takes of it; answers the ticket as it was. One seat less is left from now on, and where none is, it is
    /// out of sight until the work is told of anew, or so long.
    /// </summary>
    public WorkTicket Take(DeviceId device, DateTimeOffset now, TimeSpan hidden)
    {
        var taken = Ticket;
        _takers[device] = now;
        TakenAt = now;
        HiddenUntil = taken.Seats > 1 ? now : now + hidden;
        Ticket = taken with { Seats = Math.Max(1, taken.Seats - 1) };
        return taken;
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
