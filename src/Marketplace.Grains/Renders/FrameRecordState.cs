namespace Marketplace.Grains.Renders;

/// <summary>What is kept of a frame that has a picture.</summary>
[GenerateSerializer, Alias("FrameRecordState")]
internal sealed record FrameRecordState
{
    /// <summary>The units of its last picture, while they may still be looked at.</summary>
    [Id(0)]
    public IReadOnlyList<DoneUnit> Units { get; init; } = [];

    /// <summary>One for each picture, in order.</summary>
    [Id(1)]
    public IReadOnlyList<FrameMaking> Makings { get; init; } = [];
}
