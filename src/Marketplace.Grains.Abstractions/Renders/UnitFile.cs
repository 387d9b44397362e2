using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A unit and the hash of its sums in the blob store.</summary>
[GenerateSerializer, Immutable, Alias("UnitFile")]
public sealed record UnitFile(
    [property: Id(0)] RenderUnit Unit, [property: Id(1)] string Sha256, [property: Id(2)] long Bytes);
