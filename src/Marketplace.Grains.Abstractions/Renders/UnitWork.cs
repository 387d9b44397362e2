using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A unit of a render for a rig.</summary>
[GenerateSerializer, Immutable, Alias("UnitWork")]
public sealed record UnitWork(
    [property: Id(0)] RenderOrder Order,
    [property: Id(1)] RenderUnit Unit);
