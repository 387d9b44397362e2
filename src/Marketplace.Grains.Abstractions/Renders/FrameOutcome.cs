using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What became of putting a frame together.</summary>
[GenerateSerializer, Immutable, Alias("FrameOutcome")]
public abstract record FrameOutcome
{
    private FrameOutcome()
    {
    }

    /// <summary>The picture is stored.</summary>
    [GenerateSerializer, Immutable, Alias("FrameOutcome.Made")]
    public sealed record Made([property: Id(0)] string ImageSha256) : FrameOutcome
    {
        /// <summary>The files that were ordered.</summary>
        [Id(20)]
        public IReadOnlyList<FrameFile> Files { get; init; } = [];
    }

    /// <summary>These units cannot be used; the others of the frame can.</summary>
    [GenerateSerializer, Immutable, Alias("FrameOutcome.BadSums")]
    public sealed record BadSums([property: Id(0)] IReadOnlyList<BadUnit> Units) : FrameOutcome;

    /// <summary>The platform's own failure: a full disk, a bug. No unit is to blame.</summary>
    [GenerateSerializer, Immutable, Alias("FrameOutcome.Fault")]
    public sealed record Fault([property: Id(0)] string Why) : FrameOutcome;
}
