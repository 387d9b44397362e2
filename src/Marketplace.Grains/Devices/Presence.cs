using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Devices;

/// <summary>
/// What is known of a device only by hearing from it: whether it is there, which places are taken, which attempts it
/// should give up. Kept in memory; heartbeats restore it after a restart.
/// </summary>
internal sealed class Presence(DeviceOptions options, DateTimeOffset since)
{
    /// <summary>
    /// Attempts remembered as unwanted: an agent cannot run more than its slots, and asks for new work only when one of
    /// them is free. Beyond, the oldest is forgotten.
    /// </summary>
    public const int UnwantedMax = DeviceSpec.SlotsMax;

    /// <summary>Attempts remembered as over, for heartbeats that set out before the end.</summary>
    public const int OverMax = 1_024;

    /// <summary>The longest that a heartbeat is thought to be under way.</summary>
    public static readonly TimeSpan OverKept = TimeSpan.FromSeconds(5);

    private readonly Dictionary<AttemptId, DeviceHold> _holds = [];
    private readonly HashSet<AttemptId> _named = [];
    private readonly RecentAttempts _unwanted = new(UnwantedMax);
    private readonly RecentAttempts _over = new(OverMax);
    private DateTimeOffset _goneAt = since + options.SilentAfter;

    public DateTimeOffset? HeardAt { get; private set; }

    public IReadOnlyCollection<DeviceHold> Holds => _holds.Values;

    /// <summary>Slots that the agent said were free.</summary>
    public int SlotsFree { get; private set; }

    /// <summary>Heard of, and not gone since.</summary>
    public bool IsConnected(DateTimeOffset now) => HeardAt is not null && now < _goneAt;

    /// <summary>Attempts it holds now.</summary>
    public int Running(DateTimeOffset now) => _holds.Values.Count(hold => now < hold.Until);

    /// <summary>
    /// Whether the attempt may still be at work here. After a restart of ours the device gets the time of one silence
    /// to speak up.
    /// </summary>
    public bool Runs(AttemptId attempt, DateTimeOffset now) =>
        now < _goneAt && (HeardAt is null || (_holds.TryGetValue(attempt, out var hold) && now < hold.Until));

    public void Hear(DateTimeOffset now)
    {
        HeardAt = now;
        _goneAt = now + options.SilentAfter;
    }

    /// <summary>Takes a heartbeat; answers the attempts that are no longer wanted.</summary>
    public IReadOnlyList<AttemptId> Beat(int slotsFree, IReadOnlyList<AttemptId> running, DateTimeOffset now)
    {
        Hear(now);
        SlotsFree = slotsFree;

        // What an earlier heartbeat named and this one does not is over; what none has named yet keeps its time.
        foreach (var over in _named.Except(running).ToArray())
        {
            _holds.Remove(over);
            _named.Remove(over);
        }

        foreach (var attempt in running.Where(attempt => !_over.Holds(attempt, now) && !_unwanted.Holds(attempt, now)))
        {
            Keep(new(attempt, now + options.SilentAfter));
            _named.Add(attempt);
        }

        Prune(now);
        return [.. running.Where(attempt => _unwanted.Holds(attempt, now))];
    }

    public void Keep(DeviceHold hold) => _holds[hold.Attempt] = hold;

    /// <summary>Frees the place of work that is done; a heartbeat that still names it does not take it again.</summary>
    public void Release(AttemptId attempt, DateTimeOffset now)
    {
        _holds.Remove(attempt);
        _named.Remove(attempt);
        _over.Add(attempt, now, OverKept);
    }

    /// <summary>Frees the place; when the agent names the attempt again it is told to give it up.</summary>
    public void Abandon(AttemptId attempt, DateTimeOffset now)
    {
        _holds.Remove(attempt);
        _named.Remove(attempt);
        _unwanted.Add(attempt, now, options.SilentAfter);
    }

    /// <summary>Its connection ended: a short grace, then it counts as gone.</summary>
    public void Leave(DateTimeOffset now)
    {
        var grace = now + options.DisconnectGrace;
        _goneAt = grace < _goneAt ? grace : _goneAt;
    }

    private void Prune(DateTimeOffset now)
    {
        foreach (var hold in _holds.Values.Where(hold => hold.Until <= now).ToArray())
        {
            _holds.Remove(hold.Attempt);
            _named.Remove(hold.Attempt);
        }
    }
}
