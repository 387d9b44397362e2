using Marketplace.Domain.Devices;

namespace Marketplace.Grains.Renders;

/// <summary>A device's work on a unit neither stood nor fell: others are asked first.</summary>
/// <param name="Unit">Its place in the plan.</param>
/// <param name="Device">Whose work it was.</param>
/// <param name="At">When.</param>
[GenerateSerializer, Alias("UnitDoubt")]
internal sealed record UnitDoubt(
    [property: Id(0)] int Unit, [property: Id(1)] DeviceId Device, [property: Id(2)] DateTimeOffset At);
