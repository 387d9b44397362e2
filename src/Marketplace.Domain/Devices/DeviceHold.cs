using Marketplace.Domain.Leases;

namespace Marketplace.Domain.Devices;

/// <summary>
/// One attempt's place on a device. Holds live in memory with a time to live: the job's stored attempt is the durable
/// truth, and a heartbeat that names its attempts restores them after a restart.
/// </summary>
[GenerateSerializer, Immutable, Alias("DeviceHold")]
public sealed record DeviceHold([property: Id(0)] AttemptId Attempt, [property: Id(1)] DateTimeOffset Until)
{
    /// <summary>Decides on a wish for a place. Asking again with the same attempt is harmless.</summary>
    public static ReserveOutcome Decide(
        IReadOnlyCollection<DeviceHold> held, DeviceStanding standing, int slots, DeviceHold wanted, DateTimeOffset now)
    {
        if (held.Any(hold => hold.Attempt == wanted.Attempt && now < hold.Until))
        {
            return new ReserveOutcome.Reserved(wanted);
        }

        if (standing != DeviceStanding.Listed)
        {
            return new ReserveOutcome.NotListed(standing);
        }

        var live = held.Where(hold => now < hold.Until).ToArray();

        return live.Length >= slots
            ? new ReserveOutcome.Busy(live.Min(hold => hold.Until))
            : new ReserveOutcome.Reserved(wanted);
    }
}
