using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A frame and the hash of its picture.</summary>
[GenerateSerializer, Alias("FinishedFrame")]
internal sealed record FinishedFrame([property: Id(0)] int Frame, [property: Id(1)] string ImageSha256)
{
    /// <summary>The files that were ordered.</summary>
    [Id(20)]
    public IReadOnlyList<FrameFile> Files { get; init; } = [];
}
