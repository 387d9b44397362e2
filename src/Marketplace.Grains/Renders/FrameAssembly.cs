namespace Marketplace.Grains.Renders;

/// <summary>Tries at putting one frame together that have not ended in a picture.</summary>
/// <param name="NextAt">Not tried again before.</param>
[GenerateSerializer, Alias("FrameAssembly")]
internal sealed record FrameAssembly(
    [property: Id(0)] int Frame, [property: Id(1)] int Tries, [property: Id(2)] DateTimeOffset NextAt);
