using Marketplace.Domain.Devices;
using Marketplace.Domain.Market.Admission;

namespace Marketplace.Domain.Market;

/// <summary>Whether work that waits may still find a device.</summary>
public static class Prospect
{
    /// <summary>Code of the ending of work that every device has failed at.</summary>
    public const string NoDeviceLeft = "no-device-left";

    /// <summary>
    /// How the work ends because every listed device that could take it has failed at it; null while another may come.
    /// Work that nothing has failed at waits for its deadline: devices come and go.
    /// </summary>
    /// <param name="listed">Every listed device, connected or not.</param>
    /// <param name="excluded">Devices that failed at the work.</param>
    /// <param name="lastFailure">What the last of them said, if known.</param>
    public static Ending? EndOf(
        IEnumerable<Offer> listed, WorkNeeds needs, IReadOnlyCollection<DeviceId> excluded, Ending? lastFailure)
    {
        if (excluded.Count == 0
            || listed.Any(offer => !excluded.Contains(offer.Device) && Admit.Check(offer, needs).Count == 0))
        {
            return null;
        }

        var last = lastFailure is null ? "." : $"; the last said {lastFailure.Code}: {lastFailure.Detail}";

        return new(NoDeviceLeft, $"Every listed device that could take it failed at it{last}", CausedBy.Platform);
    }
}
