using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Renders;

/// <summary>A device that gets nothing of one frame any more: the frame is to be made by others.</summary>
[GenerateSerializer, Immutable, Alias("FrameBar")]
public sealed record FrameBar([property: Id(0)] int Frame, [property: Id(1)] DeviceId Device);
