namespace Marketplace.Grains.Abstractions.Payouts;

/// <summary>A lane as administrators see it.</summary>
[GenerateSerializer, Immutable, Alias("LaneView")]
public sealed record LaneView(
    [property: Id(0)] string Lane,
    [property: Id(1)] string NonceAccount,
    [property: Id(2)] string? LiveChunk,
    [property: Id(3)] string? ChunkState,
    [property: Id(4)] bool Frozen,
    [property: Id(5)] string? Trouble);
