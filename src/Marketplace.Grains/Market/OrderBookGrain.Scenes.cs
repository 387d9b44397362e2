using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>Who has a scene, and who is at it.</summary>
internal sealed partial class OrderBookGrain
{
    /// <summary>The work that each device took last.</summary>
    private readonly Dictionary<DeviceId, string> _taken = [];

    /// <summary>Since when a device has been without any work.</summary>
    private readonly Dictionary<DeviceId, DateTimeOffset> _emptySince = [];

    private static SceneFit FitOf(Offer offer, WorkTicket ticket) =>
        ticket.Scene is { } scene && offer.Models is { } models
            ? models.FitOf(scene.Content, scene.LargestFile)
            : SceneFit.None;

    private void HearOfPlaces(Offer offer)
    {
        if (offer.SlotsFree < offer.Spec.Slots)
        {
            _emptySince.Remove(offer.Device);
        }
        else
        {
            _emptySince.TryAdd(offer.Device, clock.GetUtcNow());
        }
    }

    private TimeSpan Unattended(BookTicket waiting, DateTimeOffset now) =>
        waiting.IsAttended(now - WorkChance.AttendedMax, device => IsAt(device, waiting.Ticket.Work, now))
            ? TimeSpan.Zero
            : now - waiting.TakenAt;

    /// <summary>Whether the device took this work last, and is busy or between two units.</summary>
    private bool IsAt(DeviceId device, string work, DateTimeOffset now) =>
        _taken.GetValueOrDefault(device) == work
        && _offers.TryGetValue(device, out var offer)
        && IsThere(offer, now)
        && (!_emptySince.TryGetValue(device, out var since) || now - since < options.Value.WarmPatience);
}
