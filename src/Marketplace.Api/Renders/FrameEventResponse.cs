using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>One thing that happened to a frame.</summary>
/// <param name="At">When.</param>
/// <param name="What" example="delivered">
/// given, delivered, ended, judged or thrownAway (a unit); assembling, assembled, rejected, upheld, remade or approved
/// (the frame).
/// </param>
/// <param name="Unit" example="3">The unit that it is about, or null.</param>
/// <param name="Attempt">The attempt, or null.</param>
/// <param name="Device">The device, or null.</param>
/// <param name="Detail">For people, or null.</param>
internal sealed record FrameEventResponse(
    DateTimeOffset At, FrameEventKind What, int? Unit, AttemptId? Attempt, DeviceId? Device, string? Detail)
{
    public static FrameEventResponse From(FrameEvent happened) => new(
        happened.At, happened.What, happened.Unit, happened.Attempt, happened.Device, happened.Detail);
}
