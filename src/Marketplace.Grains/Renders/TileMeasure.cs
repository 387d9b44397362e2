using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A tile to be looked at.</summary>
/// <param name="Render">Whose it is.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Units">Its units with their sums, from the first sample on.</param>
public sealed record TileMeasure(RenderId Render, RenderOrder Order, IReadOnlyList<UnitSums> Units);
