using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>One thing that happened to a frame.</summary>
/// <param name="At">When.</param>
/// <param name="Frame">Frame number.</param>
/// <param name="What">What it was.</param>
/// <param name="Unit">The unit that it is about, by its place in the plan, or null.</param>
/// <param name="Attempt">The attempt, or null.</param>
/// <param name="Device">The device, or null.</param>
/// <param name="Detail">For people, or null.</param>
[GenerateSerializer, Immutable, Alias("FrameEvent")]
public sealed record FrameEvent(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] int Frame,
    [property: Id(2)] FrameEventKind What,
    [property: Id(3)] int? Unit = null,
    [property: Id(4)] AttemptId? Attempt = null,
    [property: Id(5)] DeviceId? Device = null,
    [property: Id(6)] string? Detail = null);
