using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A frame and the hash of its picture. A frame that was made again is there once for each picture.</summary>
[GenerateSerializer, Alias("FinishedFrame")]
internal sealed record FinishedFrame([property: Id(0)] int Frame, [property: Id(1)] string ImageSha256)
{
    /// <summary>The files that were ordered.</summary>
    [Id(20)]
    public IReadOnlyList<FrameFile> Files { get; init; } = [];

    /// <summary>Whether it was found out as something that was not ordered: nobody gets it any more.</summary>
    [Id(2)]
    public bool IsDropped { get; init; }

    /// <summary>When it was made; null of one that is older than this field.</summary>
    [Id(3)]
    public DateTimeOffset? At { get; init; }
}
