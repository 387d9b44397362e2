using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>A frame whose units are all in.</summary>
/// <param name="Render">Whose frame it is.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Frame">Frame number.</param>
/// <param name="Units">Every unit of the frame with its sums, in the order in which sums are added up.</param>
public sealed record FrameOrder(RenderId Render, RenderOrder Order, int Frame, IReadOnlyList<UnitSums> Units)
{
    /// <summary>Whose render it is; null stands for an account of its own.</summary>
    public AccountId? Account { get; init; }
}
