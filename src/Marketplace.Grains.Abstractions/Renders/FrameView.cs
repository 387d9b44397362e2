using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A frame of a render.</summary>
/// <param name="ImageSha256">Hash of the finished PNG, or null.</param>
[GenerateSerializer, Immutable, Alias("FrameView")]
public sealed record FrameView(
    [property: Id(0)] int Frame,
    [property: Id(1)] int UnitsDone,
    [property: Id(2)] int Units,
    [property: Id(3)] string? ImageSha256,
    [property: Id(4)] FrameState State)
{
    /// <summary>The files that were ordered; none before the frame is done.</summary>
    [Id(20)]
    public IReadOnlyList<FrameFile> Files { get; init; } = [];
}
