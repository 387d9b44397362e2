namespace Marketplace.Domain.Renders;

/// <summary>A file of a finished frame.</summary>
/// <param name="Sha256">Its hash, by which the blob store has it.</param>
/// <param name="Bytes">Its length.</param>
[GenerateSerializer, Immutable, Alias("FrameFile")]
public sealed record FrameFile(
    [property: Id(0)] FrameFormat Format, [property: Id(1)] string Sha256, [property: Id(2)] long Bytes);
